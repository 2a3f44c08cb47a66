"""The search box: what is found, for whom, in which order, and what hostile questions do to it."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from backend.accounts.models import User
from backend.content.models import ContentItem, ContentTranslation
from backend.errors import InvalidInput
from backend.search import ranking, selectors
from backend.search.registry import Kind
from backend.search.selectors import Found
from tests.editorial import COUNTY, FAR_VILLAGE, NEXT_VILLAGE, PROVINCE, VILLAGE
from tests.search.conftest import Find, Publish, titles

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("by_index")]
NOTHING = Found()


def test_the_better_answer_comes_first(publish: Publish, find: Find) -> None:
    publish("宅基地能不能买卖", "宅基地不能卖给城里人。")
    publish("婚后买房", "说到彩礼和宅基地。")
    publish("彩礼", "订婚给的彩礼，离婚时能不能要回来。")
    assert titles(find("离婚彩礼"))[0] == "彩礼"
    assert titles(find("宅基地")) == ["宅基地能不能买卖", "婚后买房"]


def test_a_question_as_people_ask_it(publish: Publish, find: Find) -> None:
    publish("拖欠工资怎么要", "老板拖欠农民工工资，可以向劳动监察投诉。")
    publish("道路交通", "酒后不开车。")
    assert titles(find("老板一直拖欠我的工资，我该怎么办呢？")) == ["拖欠工资怎么要"]


def test_everybody_finds_what_is_for_them_and_no_more(publish: Publish, find: Find, people: dict[str, User]) -> None:
    publish("彩礼一", "正文", VILLAGE)
    publish("彩礼二", "正文", NEXT_VILLAGE)
    publish("彩礼三", "正文", COUNTY)
    publish("彩礼四", "正文", PROVINCE)
    seen = {code: sorted(titles(find("彩礼", viewer=viewer))) for code, viewer in {**people, "": None}.items()}
    assert seen == {
        VILLAGE: sorted(["彩礼一", "彩礼三", "彩礼四"]),
        NEXT_VILLAGE: sorted(["彩礼三", "彩礼二", "彩礼四"]),
        FAR_VILLAGE: ["彩礼四"],
        "": ["彩礼四"],
    }


def test_what_is_not_for_somebody_is_not_counted(publish: Publish, find: Find) -> None:
    publish("彩礼", "正文", NEXT_VILLAGE)
    publish("彩礼", "正文", FAR_VILLAGE, kind="qa", question="彩礼？")
    found = find("彩礼")
    assert (found.hits, found.total, found.counts) == ([], 0, {})


def test_what_is_not_for_somebody_corrects_nothing(publish: Publish, find: Find, people: dict[str, User]) -> None:
    publish("张瓒烽", "讲述张瓒烽的事", FAR_VILLAGE)
    typed = "张瓒丰"
    assert find(typed).corrected == ""
    assert find(typed, viewer=people[FAR_VILLAGE]).hits


def test_facets_count_all_kinds_whichever_are_asked_for(publish: Publish, find: Find) -> None:
    publish("彩礼的规定")
    publish("彩礼能退吗", kind="qa", question="彩礼能退吗？")
    facts = {"committee": "调解委员会", "dispute": "彩礼纠纷", "outcome": "达成协议"}
    publish("彩礼纠纷", kind="case", case_category="mediation", case_facts=facts)
    publish("一起看彩礼", kind="video")
    everything = {Kind.CONTENT: 2, Kind.QUESTION: 1, Kind.CASE: 1}
    assert (find("彩礼").counts, find("彩礼").total) == (everything, 4)
    only = find("彩礼", kinds=[Kind.CASE, Kind.QUESTION])
    assert set(titles(only)) == {"彩礼能退吗", "彩礼纠纷"}
    assert (only.counts, only.total) == (everything, 2)


def test_the_facts_of_a_case_are_found(publish: Publish, find: Find) -> None:
    facts = {"committee": "石板滩调委会", "dispute": "相邻关系", "outcome": "互谅互让"}
    publish("一起调解", kind="case", case_category="mediation", case_facts=facts)
    assert titles(find("石板滩调委会")) == ["一起调解"]


def test_a_topic_narrows(publish: Publish, find: Find) -> None:
    topic = publish("婚姻家庭专题", kind="topic")
    inside, _ = publish("彩礼一"), publish("彩礼二")
    inside.topics.set([topic])
    inside.save()
    assert titles(find("彩礼", topic=topic.pk)) == ["彩礼一"]
    assert find("彩礼", topic=inside.pk).hits == []


def test_pages(publish: Publish, find: Find) -> None:
    for number in range(5):
        publish(f"彩礼{'一二三四五'[number]}")
    pages = [titles(find("彩礼", first=2, offset=offset)) for offset in (0, 2, 4, 6)]
    assert [len(page) for page in pages] == [2, 2, 1, 0]
    assert [title for page in pages for title in page] == titles(find("彩礼"))
    assert find("彩礼", first=1).total == 5


def test_there_is_an_end_to_the_hits_of_a_kind(publish: Publish, find: Find, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(selectors, "MAX_OF_A_KIND", 2)
    for _ in range(3):
        publish("彩礼")
        publish("彩礼", kind="qa", question="彩礼？")
    found = find("彩礼")
    assert (found.total, found.counts) == (4, {Kind.CONTENT: 2, Kind.QUESTION: 2})


def translate(item: ContentItem, author: User, title: str, language: str = "bo") -> None:
    translation = ContentTranslation(item=item, language=language, title=title, summary="彩礼", body=[])
    translation.save()
    translation.save_revision(user=author).publish(skip_permission_checks=True)


def test_a_thing_is_one_hit_in_the_language_asked_for(publish: Publish, author: User, find: Find) -> None:
    translate(publish("彩礼"), author, "བག་མ")
    assert [(hit.language, hit.title) for hit in find("彩礼").hits] == [("zh-Hans", "彩礼")]
    assert [(hit.language, hit.title) for hit in find("彩礼", language="bo").hits] == [("bo", "བག་མ")]
    assert [(hit.language, hit.title) for hit in find("彩礼", language="ii").hits] == [("zh-Hans", "彩礼")]


def test_a_wrong_character_is_put_right(publish: Publish, find: Find) -> None:
    publish("离婚怎么办", "离婚时财产怎么分。")
    for typed, meant in (("离昏", "离婚"), ("离昏怎么分财产", "离婚怎么分财产"), ("黎婚", "离婚")):
        found = find(typed)
        assert (found.corrected, titles(found)) == (meant, ["离婚怎么办"])


def test_what_people_say_is_known_although_nothing_holds_it(publish: Publish, find: Find) -> None:
    publish("婚姻", "借婚姻索取财物是不允许的。")
    found = find("彩里能要回来吗")
    assert found.corrected == "彩礼能要回来吗"
    assert titles(found) == ["婚姻"]


@pytest.mark.parametrize("text", ["离婚", "王小明的故事", "不给工资", "离婚证", "hello", "1062", "离"])
def test_what_is_understood_is_left_as_it_is(publish: Publish, find: Find, text: str) -> None:
    publish("离婚", "故事，补给公子。")
    assert find(text).corrected == ""


def test_lay_words_find_what_the_law_calls_it(publish: Publish, find: Find) -> None:
    publish("夫妻之间", "家庭暴力和虐待是不允许的。")
    found = find("老公打老婆")
    assert titles(found) == ["夫妻之间"]
    assert "家庭暴力" in {term for terms in found.synonyms.values() for term in terms}


def shown(spans: list[ranking.Span]) -> str:
    return "".join(f"[{span.text}]" if span.hit else span.text for span in spans)


def test_what_was_looked_for_is_shown(publish: Publish, find: Find) -> None:
    text = "很长的开头。" * 40 + "订婚时给的彩礼，离婚时要返还彩礼。" + "很长的结尾。" * 40
    publish("说说彩礼", text)
    found = find("离婚返还彩礼")
    words = ranking.pattern_of(found.words)
    (hit,) = found.hits
    assert shown(ranking.spans(hit.title, words)) == "说说[彩礼]"
    snippet = ranking.snippet(hit.text, words)
    assert "[离婚]时要[返还][彩礼]" in shown(snippet)
    assert shown(snippet)[0] == shown(snippet)[-1] == "…"
    assert sum(len(span.text) for span in snippet) <= ranking.SNIPPET_CHARACTERS + 2


def test_an_article_is_shown_however_its_number_is_written() -> None:
    words = ranking.pattern_of(["1062"])
    assert shown(ranking.spans("《民法典》第一千零六十二条", words)) == "《民法典》[第一千零六十二条]"
    assert shown(ranking.spans("1062", words)) == "[1062]"


HOSTILE = [
    "\x00彩礼\x00",
    '"彩礼" OR *',
    "彩礼 NEAR(甲 乙) AND NOT tokens:彩礼",
    "title_tokens:彩礼^",
    "'彩礼':*A & !b | (c <-> d)",
    "彩礼'); DROP TABLE search_searchdocument; --",
    "{彩礼}% _ \\ $1 %s",
    "彩礼\ud800",
    "<script>彩礼</script>",
]


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_the_marks_of_query_languages_are_no_words(publish: Publish, find: Find, text: str) -> None:
    publish("彩礼")
    assert titles(find(text)) == ["彩礼"]


@pytest.mark.parametrize("text", ["", " ", "！？。，", "的了吗", "\x00", "%", '"', "'", "***", "༄༅།", "()"])
def test_a_question_without_words_finds_nothing(publish: Publish, find: Find, text: str) -> None:
    publish("彩礼")
    with CaptureQueriesContext(connection) as queries:
        assert find(text) == NOTHING
    assert len(queries) == 0


REFUSED = {
    "long": {"text": "彩" * (selectors.MAX_TEXT + 1)},
    "very long": {"text": "彩礼 " * 10_000},
    "no hits": {"text": "彩礼", "first": 0},
    "many hits": {"text": "彩礼", "first": selectors.MAX_FOUND + 1},
    "backwards": {"text": "彩礼", "offset": -1},
    "far": {"text": "彩礼", "offset": 10**9},
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_too_much_is_refused(find: Find, name: str) -> None:
    given = dict(REFUSED[name])
    with CaptureQueriesContext(connection) as queries, pytest.raises(InvalidInput) as refused:
        find(given.pop("text"), **given)
    assert refused.value.field == next(iter(REFUSED[name].keys() - {"text"}), "text")
    assert len(queries) == 0


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.text(st.one_of(st.characters(), st.sampled_from("彩里离昏\"'():*&|!^~ -")), max_size=selectors.MAX_TEXT))
def test_any_text_is_a_question(publish: Publish, find: Find, text: str) -> None:
    assert find(text).total >= 0
    assert isinstance(selectors.suggestions(text[: selectors.MAX_SUGGESTED_FOR], viewer=None), list)


COSTS: dict[str, tuple[str, dict[str, Any], int]] = {
    "a question": ("彩礼", {}, 3),
    "one that finds nothing": ("彩礼", {"viewer": None}, 2),
    "one with a wrong character": ("离昏", {}, 6),
    "one of unknown words": ("hello", {}, 1),
    "one with a synonym": ("老公打老婆", {}, 3),
    "one page": ("彩礼", {"first": 1, "offset": 1}, 3),
    "one kind": ("彩礼", {"kinds": [Kind.QUESTION]}, 2),
}


@pytest.mark.parametrize("name", COSTS)
@pytest.mark.parametrize("number", [2, 6])
def test_statements_are_as_many_for_any_number_of_hits(publish: Publish, find: Find, name: str, number: int) -> None:
    for _ in range(number):
        publish("彩礼", "离婚，家庭暴力")
    text, given, statements = COSTS[name]
    with CaptureQueriesContext(connection) as queries:
        find(text, **given)
    assert len(queries) == statements, [query["sql"] for query in queries]
