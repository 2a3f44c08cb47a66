"""The law in the index: what an import brings, what holds today, and what laws call things."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from backend.search.models import SearchDocument
from backend.search.registry import Answer, Kind
from backend.statutes import services
from backend.statutes.finding import finder
from backend.statutes.models import Article, LawVersion, Validity
from backend.statutes.searching import StatuteProvider
from backend.statutes.services import import_statutes
from tests.search.conftest import Find, Publish, titles
from tests.statutes.conftest import ALL_ARTICLES, ALL_LAWS, CODE, MakeFile, law, make_file

__all__ = ["make_file"]
pytestmark = pytest.mark.django_db


@pytest.fixture
def _laws(make_file: MakeFile) -> None:
    import_statutes(make_file())


def kept() -> list[str]:
    return sorted(SearchDocument.objects.filter(source="statutes").values_list("title", flat=True))


@pytest.mark.usefixtures("_laws", "by_index")
def test_articles_are_found_by_law_number_and_words(find: Find) -> None:
    for text in ("民法典1062条", "民法典第一千零六十二条", "共同财产 知识产权的收益"):
        assert titles(find(text))[0] == "《民法典》第一千零六十二条", text
    assert {hit.kind for hit in find("民法典").hits} == {Kind.LAW}


@pytest.mark.usefixtures("_laws", "by_index")
def test_what_does_not_hold_is_not_found(find: Find) -> None:
    tomorrow = timezone.localdate() + timedelta(days=1)
    assert not [title for title in titles(find("环境保护法")) if "环境保护法" in title]  # repealed
    assert len(find("监狱法").hits) == 1
    LawVersion.objects.update(starts_on=tomorrow)
    assert find("民法典").hits == []


@pytest.mark.usefixtures("_laws", "by_index")
def test_what_the_source_withdraws_is_not_found(find: Find) -> None:
    Article.objects.filter(number=1062).update(withdrawn=True, validity=Validity.REPEALED)
    assert "《民法典》第一千零六十二条" not in titles(find("民法典1062条"))


def test_an_import_brings_the_index_up(make_file: MakeFile) -> None:
    import_statutes(make_file())
    assert len(kept()) == len(ALL_ARTICLES)
    fewer = [row for row in ALL_ARTICLES if row[1] != "第一条"]
    changed = [(one, label, number, f"{text}改" if number == 9 else text) for one, label, number, text in fewer]
    import_statutes(make_file([row for row in ALL_LAWS if row["law_id"] in {"code", "criminal", "gone"}], changed))
    assert len(kept()) == len(ALL_ARTICLES) - 1
    assert SearchDocument.objects.get(title="《民法典》第九条").text.endswith("改")
    assert set(SearchDocument.objects.values_list("key", flat=True)) == set(
        Article.objects.filter(withdrawn=False).values_list("pk", flat=True)
    )


def test_an_import_that_changes_nothing_writes_nothing(make_file: MakeFile) -> None:
    import_statutes(make_file())
    with CaptureQueriesContext(connection) as queries:
        import_statutes(make_file())
    assert not [query for query in queries if "search_" in query["sql"]]


def test_an_import_that_fails_leaves_the_index(make_file: MakeFile, monkeypatch: pytest.MonkeyPatch) -> None:
    import_statutes(make_file())
    before = kept()
    added = [*ALL_ARTICLES, ("code", "第十条", 10, "新的一条。")]

    def fail(keys: list[int]) -> None:
        services_index(keys)
        raise RuntimeError

    services_index = services.index_articles
    monkeypatch.setattr(services, "index_articles", fail)
    with pytest.raises(RuntimeError):
        import_statutes(make_file(ALL_LAWS, added))
    assert kept() == before


@pytest.mark.usefixtures("_laws")
def test_the_search_of_the_law_s_own_is_asked(publish: Publish, find: Find, monkeypatch: pytest.MonkeyPatch) -> None:
    keys = list(
        Article.objects.filter(version__law__short_name="民法典").order_by("-number").values_list("pk", flat=True)
    )
    withdrawn = Article.objects.get(version__law__short_name="环境保护法", number=1).pk
    asked: list[tuple[str, int]] = []

    def answer(_self: StatuteProvider, text: str, limit: int) -> Answer:
        asked.append((text, limit))
        return Answer([*keys, withdrawn, 987_654], [1.0] * (len(keys) + 2))

    monkeypatch.setattr(StatuteProvider, "find", answer)
    publish("彩礼")
    found = find("彩礼")
    assert [hit.key for hit in found.hits if hit.kind == Kind.LAW] == keys
    assert found.counts == {Kind.LAW: len(keys), Kind.CONTENT: 1}
    assert [text for text, _ in asked] == ["彩礼"]


def keys_of(*numbers: int) -> list[int]:
    found = dict(Article.objects.filter(version__law__short_name="民法典").values_list("number", "pk"))
    return [found[number] for number in numbers]


def answering(monkeypatch: pytest.MonkeyPatch, keys: list[int], shares: list[float], *, whole: bool = True) -> None:
    monkeypatch.setattr(StatuteProvider, "find", lambda *_: Answer(keys, shares, whole))


@pytest.mark.usefixtures("_laws")
@pytest.mark.parametrize("whole", [True, False])
def test_the_index_is_asked_as_well_while_the_search_of_the_law_s_own_lags(
    find: Find, monkeypatch: pytest.MonkeyPatch, *, whole: bool
) -> None:
    answering(monkeypatch, keys_of(9), [1.0], whole=whole)
    found = titles(find("共同财产 知识产权的收益"))
    assert found[0] == "《民法典》第九条"
    assert ("《民法典》第一千零六十二条" in found) is not whole


@pytest.mark.usefixtures("_laws")
def test_the_index_is_asked_as_well_where_what_was_found_holds_no_more(
    find: Find, monkeypatch: pytest.MonkeyPatch
) -> None:
    gone = Article.objects.get(version__law__short_name="环境保护法", number=1).pk
    answering(monkeypatch, [gone], [1.0])
    assert titles(find("共同财产 知识产权的收益"))[0] == "《民法典》第一千零六十二条"


@pytest.mark.django_db(transaction=True)
def test_the_first_to_search_after_an_import_finds_what_it_brought(
    make_file: MakeFile, find: Find, monkeypatch: pytest.MonkeyPatch
) -> None:
    started: list[finder.Thread] = []

    def note(thread: finder.Thread) -> None:
        started.append(thread)

    monkeypatch.setattr(finder.Thread, "start", note)
    import_statutes(make_file())
    assert titles(find("知识产权的收益"))[0] == "《民法典》第一千零六十二条"
    later = law("code-2", "民法典", "2026-01-01", "2026-01-02")
    articles = [(one.replace("code", "code-2"), *rest) for one, *rest in ALL_ARTICLES if one == "code"]
    comet = ("code-2", "第一千零六十四条", 1064, "观测彗星应当报告。")
    import_statutes(make_file([*ALL_LAWS, later], [*ALL_ARTICLES, *articles, comet]))
    for text, label in (("知识产权的收益", "第一千零六十二条"), ("彗星", "第一千零六十四条")):
        (first, *_) = find(text).hits
        assert (first.title, Article.objects.get(pk=first.key).version.source_id) == (f"《民法典》{label}", "code-2")
    assert len(started) == 1
    started[0].run()
    assert titles(find("彗星"))[0] == "《民法典》第一千零六十四条"


@pytest.mark.usefixtures("_laws")
def test_a_weak_article_stands_behind_a_case_that_answers(
    publish: Publish, find: Find, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish("彩礼能不能要回来", kind="case", case_category="mediation")
    publish("婚后买房", "也说到要不要彩礼。")
    answering(monkeypatch, keys_of(1062, 1063, 9), [1.0, 0.4, 0.3])
    assert [hit.title for hit in find("彩礼能不能要回来").hits if hit.kind in {Kind.LAW, Kind.CASE}] == [
        "彩礼能不能要回来",
        "《民法典》第一千零六十二条",
        "《民法典》第一千零六十三条",
        "《民法典》第九条",
    ]


def test_another_name_of_a_law_is_another_title(make_file: MakeFile) -> None:
    import_statutes(make_file([CODE], ALL_ARTICLES[:1]))
    (before,) = kept()
    import_statutes(make_file([law("code", "民法总则", "2020-05-28", "2021-01-01")], ALL_ARTICLES[:1]))
    assert before == "《民法典》第九条"
    assert "《民法总则》第九条" in kept()
