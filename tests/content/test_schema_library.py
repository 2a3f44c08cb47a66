"""What the library shows of an item: kinds, languages, topics, courses, cases, what is related."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from backend.accounts.models import PeopleGroup, ReaderRole, User
from backend.content.models import ContentItem, ContentLesson
from tests.conftest import Ask
from tests.content.asked import FEED, bind, key, titles, translated
from tests.editorial import FAR_VILLAGE, PROVINCE, VILLAGE, Office, draft, enact, publish

CARD = "{ id kind kindLabel language title summary publishedAt cover { url } }"
ITEM = f"""query ($id: ID!, $language: Language) {{ contentItem(id: $id, language: $language) {{
  kind kindLabel language languages title summary question updatedAt pinned pinnedUntil
  publisher {{ name author division {{ code }} }}
  case {{ category categoryLabel facts {{ name label value }} }}
  topics {CARD} lessons {{ position item {CARD} }}
}} }}"""


@pytest.fixture
def villager(make_user: Callable[..., User], office: Office) -> User:
    return make_user(village_id=VILLAGE)


def shown(ask: Ask, item: ContentItem, viewer: User | None, **variables: Any) -> Any:
    return ask(ITEM, viewer, id=key(item), **variables)["data"]["contentItem"]


def test_an_item_says_what_it_is_and_who_answers_for_it(ask: Ask, villager: User, office: Office) -> None:
    until = timezone.localdate() + timedelta(days=3)
    item = publish(office.editor, kind="qa", question="怎么分？", pinned_until=until)
    answer = shown(ask, item, villager)
    assert (answer["kind"], answer["kindLabel"], answer["question"]) == ("QA", "问答", "怎么分？")
    assert (answer["pinned"], answer["pinnedUntil"]) == (True, until.isoformat())
    assert answer["updatedAt"] == item.last_published_at.isoformat()
    assert answer["publisher"] == {
        "name": "四川省",
        "author": office.editor.display_name,
        "division": {"code": PROVINCE},
    }
    assert answer["case"] is None
    assert answer["topics"] == answer["lessons"] == []


def test_an_item_of_nobody_and_no_office_is_shown_all_the_same(ask: Ask, villager: User, office: Office) -> None:
    item = publish(office.editor)
    ContentItem.objects.filter(pk=item.pk).update(author=None, division=None, pinned_until=timezone.localdate())
    answer = shown(ask, item, villager)
    assert answer["publisher"] == {"name": "", "author": "", "division": None}
    assert answer["pinned"] is True, "the last day counts"
    ContentItem.objects.filter(pk=item.pk).update(pinned_until=timezone.localdate() - timedelta(days=1))
    assert shown(ask, item, villager)["pinned"] is False


class TestLanguages:
    """The reader's language, else Chinese; the answer says which."""

    def test_each_reader_gets_their_language_and_is_told_which_there_are(
        self, ask: Ask, make_user: Callable[..., User], office: Office
    ) -> None:
        item = publish(office.editor, title="汉")
        translated(item, "bo")
        readers = {language: make_user(village_id=VILLAGE, language=language) for language in ("zh-Hans", "bo", "ii")}
        found = {language: shown(ask, item, reader) for language, reader in readers.items()}
        assert [found[name]["title"] for name in ("zh-Hans", "bo", "ii")] == ["汉", "汉 bo", "汉"]
        assert [found[name]["language"] for name in ("zh-Hans", "bo", "ii")] == ["ZH_HANS", "BO", "ZH_HANS"]
        assert all(one["languages"] == ["ZH_HANS", "BO"] for one in found.values())

    def test_a_language_may_be_asked_for_and_chinese_as_well(
        self, ask: Ask, make_user: Callable[..., User], office: Office
    ) -> None:
        item = publish(office.editor, PROVINCE, title="汉")
        translated(item, "ii")
        reader = make_user(village_id=VILLAGE, language="ii")
        assert shown(ask, item, None, language="II")["title"] == "汉 ii"
        assert shown(ask, item, reader, language="ZH_HANS")["title"] == "汉"
        assert shown(ask, item, reader, language="BO")["language"] == "ZH_HANS"
        assert titles(ask(FEED, None, language="II")) == ["汉 ii"]
        assert titles(ask(FEED, reader)) == ["汉 ii"]

    def test_what_is_not_published_in_a_language_is_not_shown_in_it(
        self, ask: Ask, villager: User, office: Office
    ) -> None:
        item = publish(office.editor, title="汉")
        translated(item, "bo", live=False)
        answer = shown(ask, item, villager, language="BO")
        assert (answer["title"], answer["language"], answer["languages"]) == ("汉", "ZH_HANS", ["ZH_HANS"])
        item.unpublish()
        translated(item, "ii")
        assert shown(ask, item, villager, language="II") is None, "a translation is shown while the item is live"

    def test_what_an_item_leads_to_follows_the_language_that_was_asked_for(
        self, ask: Ask, villager: User, office: Office
    ) -> None:
        topic, lesson = publish(office.editor, title="专", kind="topic"), publish(office.editor, title="课")
        case = publish(office.editor, title="案", kind="case", case_category="mediation")
        course = publish(office.editor, title="程", kind="course", body=[("case", {"item": case})])
        bind(course, topic)
        ContentLesson.objects.create(course=course, lesson=lesson, sort_order=0)
        for item in (topic, lesson, case):
            translated(item, "bo")
        query = """query ($id: ID!) {
          zh: contentItem(id: $id) { ...All } bo: contentItem(id: $id, language: BO) { ...All }
          ii: contentItem(id: $id, language: II) { ...All } page: feed(language: BO, kind: COURSE) {
            edges { node { ...All } } } }
        fragment All on ContentItem { topics { title } lessons { item { title } }
          body { ... on CaseBlock { item { title language } } } }"""
        answer = ask(query, villager, id=key(course))["data"]

        def told(one: dict[str, Any]) -> list[str]:
            return [one["topics"][0]["title"], one["lessons"][0]["item"]["title"], one["body"][0]["item"]["title"]]

        assert told(answer["zh"]) == told(answer["ii"]) == ["专", "课", "案"]
        assert told(answer["bo"]) == told(answer["page"]["edges"][0]["node"]) == ["专 bo", "课 bo", "案 bo"]

    def test_statutes_of_a_translation_lead_to_the_law_where_the_chinese_text_has_the_same_block(
        self, ask: Ask, villager: User, office: Office
    ) -> None:
        enact()
        item = publish(office.editor)
        chinese = {block["type"]: block for block in item.body.raw_data}
        body = [
            {"type": "paragraph", "value": "<p>…</p>", "id": "p"},
            {"type": "statute", "value": {"citation": "别的"}, "id": "other"},
            {"type": "statute", "value": {"citation": "མ"}, "id": chinese["statute"]["id"]},
            {"type": "statute", "value": chinese["statute"]["value"], "id": "same words"},
        ]
        translated(item, "bo", body=body)
        query = """query ($id: ID!) { contentItem(id: $id, language: BO) {
          body { ... on StatuteBlock { text citations { quote } } } citations { quote } } }"""
        answer = ask(query, villager, id=key(item))["data"]["contentItem"]
        quotes = [[one["quote"] for one in block["citations"]] for block in answer["body"][1:]]
        assert quotes == [[], ["《民法典》第一千零六十二条"], ["《民法典》第一千零六十二条"]]
        assert len(answer["citations"]) == 2, "all that the item cites"


class TestAudience:
    """Who is no reader of an item gets it by no way."""

    @pytest.mark.parametrize(
        ("audience", "readers"),
        [
            ({"audience_roles": ReaderRole.LAW_SAVVY}, {"savvy"}),
            ({"audience_roles": ReaderRole.LAW_SAVVY | ReaderRole.VILLAGER}, {"savvy", "villager", "pupil"}),
            ({"audience_groups": PeopleGroup.SCHOOLS}, {"pupil"}),
            ({"audience_groups": PeopleGroup.COMMUNITIES | PeopleGroup.SCHOOLS}, {"savvy", "villager", "pupil"}),
            ({"audience_groups": PeopleGroup.SCHOOLS, "audience_roles": ReaderRole.LAW_SAVVY}, set()),
        ],
        ids=["a role", "either role", "a group", "either group", "a role and a group"],
    )
    def test_an_item_for_some_is_no_card_no_lesson_and_no_topic_of_others(
        self,
        ask: Ask,
        make_user: Callable[..., User],
        office: Office,
        audience: dict[str, int],
        readers: set[str],
    ) -> None:
        people = {
            "savvy": make_user(village_id=VILLAGE, reader_roles=ReaderRole.VILLAGER | ReaderRole.LAW_SAVVY),
            "villager": make_user(village_id=VILLAGE),
            "pupil": make_user(village_id=VILLAGE, people_groups=PeopleGroup.SCHOOLS),
            "nobody": None,
        }
        item = publish(office.editor, PROVINCE, title="给一些人", kind="topic", **audience)
        course = publish(
            office.editor, PROVINCE, title="课", kind="course", body=[("case", {"item": item}), ("heading", "完")]
        )
        shared = draft(office.editor, kind="topic")
        bind(course, item, shared)
        bind(item, shared)
        for lesson in (item, publish(office.editor, PROVINCE, title="给大家", body=[("heading", "完")])):
            ContentLesson.objects.create(course=course, lesson=lesson, sort_order=0)
        query = """query ($id: ID!, $node: ID!) { contentItem(id: $id) {
          topics { title } lessons { item { title } } body { ... on CaseBlock { item { title } } } }
          node(id: $node) { id } topics { title } related: relatedContent(id: $node) { title }
          feed { edges { node { title } } } in: feed(topic: $node) { edges { node { title } } } }"""
        for name, person in people.items():
            answer = ask(query, person, id=key(course), node=key(item))["data"]
            whole, named = answer["contentItem"], [{"title": "给一些人"}]
            sees = name in readers
            assert whole["topics"] == answer["topics"] == (named if sees else []), name
            assert [one["item"]["title"] for one in whole["lessons"]] == (["给一些人"] if sees else []) + ["给大家"]
            assert whole["body"][0] == {"item": named[0] if sees else None}
            assert (answer["node"] is not None) == sees
            assert ("给一些人" in titles({"data": answer})) == sees
            assert [edge["node"]["title"] for edge in answer["in"]["edges"]] == (["课"] if sees else [])
            assert answer["related"] == ([{"title": "课"}] if sees else [])

    def test_lessons_stand_in_the_order_of_the_course(self, ask: Ask, villager: User, office: Office) -> None:
        course = publish(office.editor, kind="course")
        lessons = [publish(office.editor, title=title) for title in "丙乙甲"]
        elsewhere, unfinished = publish(office.editor, FAR_VILLAGE), draft(office.editor)
        for place, lesson in enumerate([lessons[2], elsewhere, lessons[1], unfinished, lessons[0]]):
            ContentLesson.objects.create(course=course, lesson=lesson, sort_order=place)
        found = [(one["position"], one["item"]["title"]) for one in shown(ask, course, villager)["lessons"]]
        assert found == [(1, "甲"), (3, "乙"), (5, "丙")]


def test_the_documented_query_shows_a_whole_item(ask: Ask, villager: User, office: Office) -> None:
    text = (Path(__file__).parents[2] / "docs" / "api.md").read_text(encoding="utf-8").partition("<!-- item query")[2]
    query = text.partition("```graphql\n")[2].partition("```")[0]
    enact()
    item = publish(office.editor)
    answer = ask(query, villager, id=key(item))
    assert "errors" not in answer
    assert [block["__typename"] for block in answer["data"]["contentItem"]["body"]] == [
        "HeadingBlock",
        "ParagraphBlock",
        "StatuteBlock",
    ]


def test_a_case_tells_the_facts_of_its_category_in_their_order(ask: Ask, villager: User, office: Office) -> None:
    facts = {"outcome": "和解", "committee": "某社区调解委员会", "dispute": "邻里", "unknown": "x"}
    item = publish(office.editor, kind="case", case_category="mediation", case_facts=facts)
    assert shown(ask, item, villager)["case"] == {
        "category": "MEDIATION",
        "categoryLabel": "人民调解",
        "facts": [
            {"name": "committee", "label": "调解委员会", "value": "某社区调解委员会"},
            {"name": "dispute", "label": "纠纷类型", "value": "邻里"},
            {"name": "outcome", "label": "结果", "value": "和解"},
        ],
    }
