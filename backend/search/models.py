"""What can be found, and the words that it is found by.

Beside the first table stands the index that the database keeps of its tokens, in the same statement: FTS5's
`search_index` on SQLite, by triggers, and the column `vector` with a GIN index on PostgreSQL, by the database itself.
Both are made in the migration and hold the same tokens. See docs/decisions/0018-search-index.md.
"""

from django.db import models

TITLE_CHARACTERS = 200
WORD_CHARACTERS = 40


class SearchDocument(models.Model):
    """One thing in one language as it can be found: `key` is its row's, in the table of the domain `source`."""

    source = models.CharField("来源", max_length=20)
    kind = models.CharField("类别", max_length=12)
    key = models.BigIntegerField("编号")
    language = models.CharField("语言", max_length=10)
    title = models.CharField("标题", max_length=TITLE_CHARACTERS)
    text = models.TextField("正文")
    title_tokens = models.TextField("标题分词")
    tokens = models.TextField("正文分词")
    digest = models.CharField(max_length=32, help_text="Of all that the row is made of.")

    class Meta:
        verbose_name = "搜索文档"
        verbose_name_plural = "搜索文档"
        constraints = [models.UniqueConstraint(fields=["source", "key", "language"], name="search_document_once")]

    def __str__(self) -> str:
        return f"{self.source} {self.key} {self.language}"


class SearchTerm(models.Model):
    """One word of the index: in how many documents it stands, and how it sounds.

    The word "" stands in every document. The numbers are a hint for ranking and may lag behind.
    """

    term = models.CharField("词", max_length=WORD_CHARACTERS, primary_key=True)
    documents = models.IntegerField("文档数")
    sound = models.CharField("读音", max_length=80, db_index=True, help_text="Empty where none is kept.")

    class Meta:
        verbose_name = "搜索词"
        verbose_name_plural = "搜索词"

    def __str__(self) -> str:
        return self.term
