"""Importing laws: the whole file or nothing, and citations keep what they point at."""

from datetime import date
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from backend.content.models import ContentCitation, ContentItem
from backend.editions.selectors import current
from backend.statutes import selectors, services, source
from backend.statutes.models import Article, Law, LawVersion, Validity
from backend.statutes.services import StatuteImport, import_statutes
from tests.statutes.conftest import (
    ALL_ARTICLES,
    ALL_LAWS,
    CODE,
    CRIMINAL,
    OLD_PRISON,
    MakeFile,
    law,
    tables,
)

FIRST = StatuteImport(laws_created=4, versions_created=5, created=12)


@pytest.fixture
def item(db: None) -> ContentItem:
    return ContentItem.objects.create(title="夫妻财产", summary="共同财产归谁", body=[])


@pytest.mark.django_db
def test_the_real_file_twice():
    path = source.default_path()
    first = import_statutes(path)
    assert first == StatuteImport(laws_created=367, versions_created=378, created=26_196)
    # The facts of the source that the rest relies on.
    assert LawVersion.objects.filter(validity=Validity.REPEALED).count() == 14
    assert LawVersion.objects.filter(ends_on__isnull=False).count() == 11
    assert Article.objects.filter(number=None).count() == 25
    assert Article.objects.filter(suffix__gt=0).count() == 53
    article = services.cite("《民法典》第一千零六十二条")[0].article
    assert article is not None
    assert article.text.startswith("夫妻在婚姻关系存续期间所得的下列财产")
    assert article.chapter == "第三章 家庭关系"
    (problem,) = services.cite(
        "《全国人民代表大会常务委员会关于对中华人民共和国缔结或者参加的国际条约所规定的罪行行使刑事管辖权的决定》第七条"
    )
    assert problem.problem is selectors.Problem.AMBIGUOUS
    assert import_statutes(path) == StatuteImport(unchanged=26_196)


@pytest.mark.django_db
def test_what_a_row_becomes(make_file: MakeFile):
    article = {
        "law_id": "criminal",
        "article_no": "第一百三十三条之一",
        "article_no_arabic": 133,
        "article_text": "甲。\n乙。",
        "chapter": "第二章",
        "section": "第一节",
    }
    assert import_statutes(make_file([CRIMINAL], [article])).changed
    row = Article.objects.select_related("version__law").get()
    assert (row.label, row.number, row.suffix, row.position) == ("第一百三十三条之一", 133, 1, 1)
    assert (row.chapter, row.section, row.text, row.validity) == ("第二章", "第一节", "甲。\n乙。", "amended")
    version = row.version
    assert (version.source_id, version.published_on, version.effective_on, version.starts_on, version.ends_on) == (
        "criminal", date(2020, 12, 26), date(1997, 10, 1), date(2020, 12, 26), None,
    )  # fmt: skip
    held = version.law
    assert (held.name, held.short_name, held.kind, held.issuing_body, held.department) == (
        "中华人民共和国刑法", "刑法", "法律", "全国人民代表大会", "民法商法",
    )  # fmt: skip


@pytest.mark.django_db
def test_twice_changes_nothing(make_file: MakeFile):
    assert import_statutes(make_file()) == FIRST
    before = tables()
    again = import_statutes(make_file())
    assert again == StatuteImport(unchanged=12)
    assert not again.changed
    assert tables() == before


@pytest.mark.django_db
def test_a_version_ends_where_the_next_one_starts_also_when_that_comes_later(make_file: MakeFile):
    import_statutes(make_file([OLD_PRISON], [("prison-1", "第一条", 1, "旧文本。")]))
    assert LawVersion.objects.get().ends_on is None
    import_statutes(make_file())
    ends = dict(LawVersion.objects.filter(law__short_name="监狱法").values_list("source_id", "ends_on"))
    assert ends == {"prison-1": date(2026, 11, 1), "prison-2": None}


@pytest.mark.django_db
def test_what_the_file_does_not_have_stays(make_file: MakeFile):
    import_statutes(make_file())
    before = tables()
    assert not import_statutes(make_file([CODE], [row for row in ALL_ARTICLES if row[0] == "code"])).changed
    assert tables() == before


@pytest.mark.django_db
def test_a_corrected_text_keeps_its_row(make_file: MakeFile):
    import_statutes(make_file())
    key = Article.objects.get(label="第九条").pk
    changed = [("code", "第九条", 9, "更正后的条文。"), *ALL_ARTICLES[1:]]
    assert import_statutes(make_file(articles=changed)) == StatuteImport(corrected=1, unchanged=11)
    assert Article.objects.get(pk=key).text == "更正后的条文。"


@pytest.mark.django_db
def test_changed_facts_of_a_law_and_a_version_are_counted(make_file: MakeFile):
    import_statutes(make_file())
    changed = [CODE | {"department": "x", "law_department": "民法", "effective_date": "2021-02-01"}, *ALL_LAWS[1:]]
    del changed[0]["department"]
    assert import_statutes(make_file(changed)) == StatuteImport(laws_changed=1, versions_changed=1, unchanged=12)
    assert Law.objects.get(short_name="民法典").department == "民法"
    assert LawVersion.objects.get(source_id="code").starts_on == date(2021, 2, 1)


@pytest.mark.django_db
def test_an_article_put_in_between_leaves_the_others_their_rows(make_file: MakeFile):
    import_statutes(make_file())
    keys = dict(Article.objects.filter(version__source_id="code").values_list("label", "pk"))
    inserted = [*ALL_ARTICLES[:1], ("code", "第十条", 10, "处理民事纠纷，应当依照法律。"), *ALL_ARTICLES[1:]]
    assert import_statutes(make_file(articles=inserted)) == StatuteImport(created=1, corrected=3, unchanged=9)
    rows = Article.objects.filter(version__source_id="code").order_by("position")
    assert [(row.label, row.position) for row in rows] == [
        ("第九条", 1), ("第十条", 2), ("第一千零六十二条", 3), ("第一千零六十三条", 4),
    ]  # fmt: skip
    assert {row.label: row.pk for row in rows if row.label != "第十条"} == keys
    assert import_statutes(make_file(articles=inserted)) == StatuteImport(unchanged=13)


@pytest.mark.django_db
def test_articles_that_bear_one_number_are_told_apart_by_their_order(make_file: MakeFile):
    import_statutes(make_file())
    first, second = Article.objects.filter(label="第七条").order_by("position")
    assert [first.text, second.text] == ["甲公约第七条。", "乙公约第七条。"]
    changed = [("gone", "第七条", 7, "更正。") if row[3] == "乙公约第七条。" else row for row in ALL_ARTICLES]
    assert import_statutes(make_file(articles=changed)).corrected == 1
    second.refresh_from_db()
    assert second.text == "更正。"


@pytest.mark.django_db
def test_a_cited_article_that_the_source_gave_up_stays_and_an_uncited_one_goes(make_file: MakeFile, item: ContentItem):
    import_statutes(make_file())
    ContentCitation.objects.bulk_create(
        services.citation_rows(ContentCitation, "《民法典》第一千零六十二条", content=item, block=0)
    )
    cited = Article.objects.get(label="第一千零六十二条")
    less = [row for row in ALL_ARTICLES if row[1] not in ("第一千零六十二条", "第一千零六十三条")]
    assert import_statutes(make_file(articles=less)) == StatuteImport(corrected=1, deleted=1, withdrawn=1, unchanged=9)
    kept = ContentCitation.objects.select_related("article__version").get().article
    assert (kept.pk, kept.text, kept.withdrawn) == (cited.pk, cited.text, True)
    assert selectors.current_validity(kept) is Validity.REPEALED
    assert services.cite("《民法典》第一千零六十二条")[0].problem is selectors.Problem.UNKNOWN_ARTICLE
    assert [row.label for row in selectors.law_articles(kept.version_id)] == ["第九条"]
    assert import_statutes(make_file(articles=less)) == StatuteImport(unchanged=10)
    # And it comes back under its old key.
    back = import_statutes(make_file())
    assert (back.created, back.deleted, back.withdrawn) == (1, 0, 0)
    kept.refresh_from_db()
    assert (kept.withdrawn, kept.validity) == (False, "in_force")


@pytest.mark.django_db
def test_an_amended_law_is_a_new_version_and_old_citations_stay(make_file: MakeFile, item: ContentItem):
    import_statutes(make_file([CODE], ALL_ARTICLES[:3]))
    ContentCitation.objects.bulk_create(
        services.citation_rows(ContentCitation, "《民法典》第九条", content=item, block=0)
    )
    old = ContentCitation.objects.get().article_id
    amended = law("code-2", "民法典", "2024-01-01", "2024-03-01")
    laws = [CODE | {"status": "历史版本"}, amended]
    import_statutes(make_file(laws, [*ALL_ARTICLES[:3], ("code-2", "第九条", 9, "新的第九条。")]))
    citation = ContentCitation.objects.select_related("article__version").get()
    assert citation.article_id == old
    assert selectors.current_validity(citation.article) is Validity.AMENDED
    new = services.cite("《民法典》第九条")[0].article
    assert new is not None
    assert new.text == "新的第九条。"


@pytest.mark.django_db
def test_what_breaks_in_the_middle_leaves_nothing_behind(make_file: MakeFile):
    seen = []

    def fail_at_the_third(done: int, total: int) -> None:
        seen.append((done, total))
        if done == 3:
            raise RuntimeError("power cut")

    with pytest.raises(RuntimeError):
        import_statutes(make_file(), progress=fail_at_the_third)
    assert seen == [(1, 5), (2, 5), (3, 5)]
    assert tables() == [[], [], []]


@pytest.mark.django_db
def test_the_command_tells_what_it_did(make_file: MakeFile, tmp_path: Path):
    path, out = str(make_file()), StringIO()
    call_command("import_statutes", path, stdout=out)
    assert "法律新增 4、更新 0；版本新增 5、更新 0；条文新增 12、更正 0" in out.getvalue()
    call_command("import_statutes", path, stdout=out)
    assert "12 条条文，没有变化" in out.getvalue()
    with pytest.raises(CommandError, match="没有这个文件"):
        call_command("import_statutes", str(tmp_path / "none.db"), stdout=out)


@pytest.mark.django_db
def test_an_import_is_a_new_edition_of_what_the_public_reads(make_file: MakeFile):
    before = current()
    import_statutes(make_file())
    assert current() > before
