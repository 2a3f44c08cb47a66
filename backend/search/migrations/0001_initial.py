from django.db import migrations, models

TABLE = "search_searchdocument"
# External content: FTS5 keeps the words alone, and the triggers keep it in step whatever statement writes the table.
# All that backend.search.words lets into a word is a letter of a word here: L*, N* and M*.
SQLITE = [
    f"""CREATE VIRTUAL TABLE search_index USING fts5(
        title_tokens, tokens, content='{TABLE}', content_rowid='id',
        tokenize="unicode61 remove_diacritics 0 categories 'L* N* M* Co'")""",
    f"""CREATE TRIGGER search_document_added AFTER INSERT ON {TABLE} BEGIN
        INSERT INTO search_index (rowid, title_tokens, tokens) VALUES (new.id, new.title_tokens, new.tokens);
        END""",
    f"""CREATE TRIGGER search_document_removed AFTER DELETE ON {TABLE} BEGIN
        INSERT INTO search_index (search_index, rowid, title_tokens, tokens)
            VALUES ('delete', old.id, old.title_tokens, old.tokens);
        END""",
    f"""CREATE TRIGGER search_document_changed AFTER UPDATE OF id, title_tokens, tokens ON {TABLE} BEGIN
        INSERT INTO search_index (search_index, rowid, title_tokens, tokens)
            VALUES ('delete', old.id, old.title_tokens, old.tokens);
        INSERT INTO search_index (rowid, title_tokens, tokens) VALUES (new.id, new.title_tokens, new.tokens);
        END""",
]
SQLITE_BACK = [
    *(f"DROP TRIGGER IF EXISTS search_document_{name}" for name in ("added", "removed", "changed")),
    "DROP TABLE IF EXISTS search_index",
]
# PostgreSQL's own parser would take some words apart, differently by locale: the words are ready, and stay as they are.
POSTGRESQL = [
    r"""CREATE FUNCTION search_vector(title text, body text) RETURNS tsvector
        LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
        SELECT coalesce(string_agg('''' || word || ''':' || place || weight, ' '), '')::tsvector FROM (
            SELECT word, least(n, 1000) AS place, 'A' AS weight
                FROM unnest(string_to_array(title, ' ')) WITH ORDINALITY AS words (word, n) WHERE word <> ''
            UNION ALL
            SELECT word, least(n + 1000, 16383), 'B'
                FROM unnest(string_to_array(body, ' ')) WITH ORDINALITY AS words (word, n) WHERE word <> ''
        ) AS placed $$""",
    f"ALTER TABLE {TABLE} ADD COLUMN vector tsvector GENERATED ALWAYS AS (search_vector(title_tokens, tokens)) STORED",
    f"CREATE INDEX search_document_vector ON {TABLE} USING gin (vector)",
]
POSTGRESQL_BACK = [
    f"ALTER TABLE {TABLE} DROP COLUMN IF EXISTS vector",
    "DROP FUNCTION IF EXISTS search_vector(text, text)",
]


def _run(statements):
    def run(apps, schema_editor):
        for statement in statements[schema_editor.connection.vendor]:
            schema_editor.execute(statement, params=None)

    return run


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="SearchDocument",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("source", models.CharField(max_length=20, verbose_name="来源")),
                ("kind", models.CharField(max_length=12, verbose_name="类别")),
                ("key", models.BigIntegerField(verbose_name="编号")),
                ("language", models.CharField(max_length=10, verbose_name="语言")),
                ("title", models.CharField(max_length=200, verbose_name="标题")),
                ("text", models.TextField(verbose_name="正文")),
                ("title_tokens", models.TextField(verbose_name="标题分词")),
                ("tokens", models.TextField(verbose_name="正文分词")),
                (
                    "digest",
                    models.CharField(help_text="Of all that the row is made of.", max_length=32),
                ),
            ],
            options={"verbose_name": "搜索文档", "verbose_name_plural": "搜索文档"},
        ),
        migrations.CreateModel(
            name="SearchTerm",
            fields=[
                ("term", models.CharField(max_length=40, primary_key=True, serialize=False, verbose_name="词")),
                ("documents", models.IntegerField(verbose_name="文档数")),
                (
                    "sound",
                    models.CharField(
                        db_index=True, help_text="Empty where none is kept.", max_length=80, verbose_name="读音"
                    ),
                ),
            ],
            options={"verbose_name": "搜索词", "verbose_name_plural": "搜索词"},
        ),
        migrations.AddConstraint(
            model_name="searchdocument",
            constraint=models.UniqueConstraint(fields=("source", "key", "language"), name="search_document_once"),
        ),
        migrations.RunPython(
            _run({"sqlite": SQLITE, "postgresql": POSTGRESQL}),
            _run({"sqlite": SQLITE_BACK, "postgresql": POSTGRESQL_BACK}),
        ),
    ]
