"""Finding laws and resolving citations."""

from datetime import date

import pytest

from backend.content.models import ContentCitation, ContentItem
from backend.statutes import rules, selectors, services
from backend.statutes.citations import parse_citations
from backend.statutes.models import Article, LawVersion, Validity
from backend.statutes.selectors import Problem
from backend.statutes.services import import_statutes
from tests.statutes.conftest import MakeFile, law

TODAY = date(2026, 11, 24)


@pytest.fixture(autouse=True)
def _laws(db: None, make_file: MakeFile):
    import_statutes(make_file())


def resolved(text: str, at: date = TODAY) -> list[tuple[str | None, Problem | None]]:
    return [(found.article and found.article.text.split("\n")[0], found.problem) for found in services.cite(text, at)]


@pytest.mark.parametrize(
    "name",
    ["中华人民共和国民法典", "民法典", "《民法典》", "《中华人民共和国民法典》", "民法典（2020年公布）", " 民法典 "],
)
def test_a_law_by_its_name(name: str):
    found = selectors.find_law(name)
    assert found is not None
    assert found.name == "中华人民共和国民法典"


@pytest.mark.parametrize("name", ["", "民法", "中华人民共和国", "民法典%", "民\x00法"])
def test_no_law_of_that_name(name: str):
    assert selectors.find_law(name) is None


def test_laws_by_words(django_assert_num_queries):
    with django_assert_num_queries(1):
        laws = list(selectors.laws(selectors.name_words("法 刑")))
    assert [row.short_name for row in laws] == ["刑法"]
    assert {row.short_name for row in selectors.laws()} == {"民法典", "监狱法", "刑法", "环境保护法"}
    assert [row.short_name for row in selectors.laws(selectors.name_words("中华人民共和国监狱法"))] == ["监狱法"]
    assert list(selectors.laws(["_法"])) == list(selectors.laws(["%"])) == []


@pytest.mark.parametrize(
    "text", ["《民法典》", "「民法典」", "《中华人民共和国民法典》", "《民法典", "民法典》", "《民法 典》"]
)
def test_laws_by_words_in_marks(text: str):
    assert [row.short_name for row in selectors.laws(selectors.name_words(text))] == ["民法典"]


def test_laws_by_everyday_names(make_file: MakeFile):
    import_statutes(
        make_file([law("procedure", "民事诉讼法", "2023-09-01", "2024-01-01")], [("procedure", "第一条", 1, "甲")])
    )
    for text in ("民诉法", "《民诉法》", "民事诉讼"):
        assert [row.short_name for row in selectors.laws(selectors.name_words(text))] == ["民事诉讼法"]
    found = selectors.find_law("民诉法")
    assert found is not None
    assert found.short_name == "民事诉讼法"


def test_the_version_that_holds_on_a_day():
    found = selectors.find_law("监狱法")
    assert found is not None
    held = {
        day: rules.version_at(list(found.versions.all()), day)
        for day in (date(2000, 1, 1), date(2026, 10, 31), date(2026, 11, 1))
    }
    assert [version and version.source_id for version in held.values()] == ["prison-1", "prison-1", "prison-2"]
    for day, version in held.items():
        assert selectors.versions_in_force(day).filter(law=found).first() == version


def test_validity_follows_the_calendar_without_anything_being_written():
    old, new = Article.objects.filter(version__law__short_name="监狱法").order_by("version__starts_on")
    assert selectors.current_validity(new, date(2026, 10, 31)) is Validity.NOT_YET
    assert selectors.current_validity(old, date(2026, 10, 31)) is Validity.IN_FORCE
    assert selectors.current_validity(new, date(2026, 11, 1)) is Validity.IN_FORCE
    assert selectors.current_validity(old, date(2026, 11, 1)) is Validity.AMENDED


def test_today_is_today_in_china(monkeypatch: pytest.MonkeyPatch):
    from django.utils import timezone

    new = Article.objects.get(version__source_id="prison-2")
    moments = {"2026-10-31T15:59:59+00:00": Validity.NOT_YET, "2026-10-31T16:00:00+00:00": Validity.IN_FORCE}
    for moment, validity in moments.items():
        instant = timezone.datetime.fromisoformat(moment)
        monkeypatch.setattr(timezone, "now", lambda instant=instant: instant)
        assert selectors.current_validity(new) is validity


def test_resolving_costs_two_statements_for_any_number(django_assert_num_queries):
    one = parse_citations("《民法典》第九条")
    many = parse_citations(
        "《民法典》第一条至第五十条、第一千零六十二条，《刑法》第一百三十三条之一，《监狱法》第一条，《没有法》第一条"
    )
    for refs in (one, many):
        with django_assert_num_queries(2):
            found = selectors.resolve(refs, TODAY)
            assert [str(row.article) for row in found if row.article]
        assert [row.ref for row in found] == refs
    with django_assert_num_queries(0):
        assert selectors.resolve([]) == []
        assert services.cite("没有引用。《民法典》很重要。") == []


@pytest.mark.parametrize(
    "text", ["民法典第九条", "请看中华人民共和国民法典第9条", "民法典第九条、《刑法》第一百三十三条之一"]
)
def test_a_name_without_marks_costs_one_statement_more(text: str, django_assert_num_queries):
    with django_assert_num_queries(3):
        assert all(found.article for found in services.cite(text, TODAY))


def test_what_only_looks_like_a_name_without_marks_costs_one_statement(django_assert_num_queries):
    with django_assert_num_queries(1):
        assert services.cite("我们村的办法第一条、某法第二条") == []


def test_a_law_is_known_without_marks_as_soon_as_it_is_imported(make_file: MakeFile):
    text = "民诉法第一条和民事诉讼法第一条，道交法第一条"
    assert services.cite(text) == []
    import_statutes(
        make_file([law("procedure", "民事诉讼法", "2023-09-01", "2024-01-01")], [("procedure", "第一条", 1, "甲")])
    )
    assert [(found.ref.law, found.article and found.article.text) for found in services.cite(text)] == [
        ("民诉法", "甲"),
        ("民事诉讼法", "甲"),
    ]
    assert resolved("《民诉法》第一条、「民诉法」1条") == [("甲", None), ("甲", None)]


def test_a_long_range_gives_its_beginning_and_a_problem(django_assert_num_queries):
    with django_assert_num_queries(2):
        found = services.cite("《民法典》第九条至第一千零六十二条、第一千零六十三条", TODAY)
    assert [row.article.label for row in found if row.article] == ["第九条", "第一千零六十三条"]
    assert len(found) == 52
    assert (found[50].ref.number, found[50].article, found[50].problem) == (1062, None, Problem.TOO_LONG)
    assert [row.problem for row in found[1:50]] == [Problem.UNKNOWN_ARTICLE] * 49
    assert resolved("《没有法》第一条至第九十条")[-1] == (None, Problem.UNKNOWN_LAW)


def test_what_references_lead_to():
    assert resolved("《民法典》第九条和《刑法》第133条之一、第133条、第133条之三") == [
        ("民事主体从事民事活动，应当有利于节约资源、保护生态环境。", None),
        ("在道路上驾驶机动车……", None),
        ("违反交通运输管理法规……", None),
        (None, Problem.UNKNOWN_ARTICLE),
    ]
    assert resolved("《没有法》第一条、《环境保护法》第一条、第七条") == [
        (None, Problem.UNKNOWN_LAW),
        ("为保护和改善环境……", None),
        (None, Problem.AMBIGUOUS),
    ]
    assert [problem for _, problem in resolved("《民法典》第1062条第二款、第三款、第一款第五项、第一款第六项")] == [
        None, Problem.UNKNOWN_PART, None, Problem.UNKNOWN_PART,
    ]  # fmt: skip


def test_the_day_decides_which_text_is_meant():
    assert resolved("《监狱法》第一条", date(2026, 10, 31)) == [("旧文本。", None)]
    assert resolved("《监狱法》第一条", date(2026, 11, 1)) == [("新文本。", None)]
    assert resolved("《监狱法》第一条", date(1999, 1, 1)) == [("旧文本。", None)]


def test_an_article_by_id(django_assert_num_queries):
    key = Article.objects.get(label="第九条").pk
    with django_assert_num_queries(1):
        article = selectors.article_by_id(key).select_related("version__law").get()
        assert str(article) == "中华人民共和国民法典第九条"
    assert not selectors.article_by_id(key + 1000).exists()


def test_the_articles_of_a_version(django_assert_num_queries):
    version = LawVersion.objects.get(source_id="code")
    with django_assert_num_queries(1):
        labels = [
            (row.label, row.version.law.short_name)
            for row in selectors.law_articles(version.pk).select_related("version__law")
        ]
    assert labels == [("第九条", "民法典"), ("第一千零六十二条", "民法典"), ("第一千零六十三条", "民法典")]


def test_rows_for_what_a_text_cites(django_assert_num_queries):
    item = ContentItem.objects.create(title="甲", summary="乙", body=[])
    text = "《民法典》第九条、第1062条第一款第（四）项、第九条，《没有法》第一条，《民法典》第1062条第九款"
    with django_assert_num_queries(2):
        rows = services.citation_rows(ContentCitation, text, content=item, block=3)
    assert [(row.article.label, row.paragraph, row.item, row.position, row.block) for row in rows] == [
        ("第九条", 0, 0, 0, 3),
        ("第一千零六十二条", 1, 4, 1, 3),
        ("第一千零六十二条", 9, 0, 2, 3),
    ]
    assert all(row.pk is None and row.content == item for row in rows)
    ContentCitation.objects.bulk_create(rows)
    assert ContentCitation.objects.filter(content=item).count() == 3
    with django_assert_num_queries(0):
        assert services.citation_rows(ContentCitation, "没有引用", content=item, block=0) == []
