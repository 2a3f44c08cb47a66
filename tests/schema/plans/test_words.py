"""Each word of `declare` by example: the same answer both ways, and an exact number of statements for any rows."""

from collections.abc import Callable
from typing import Any

import pytest
from django.utils import timezone

from backend.advisors.models import Membership
from tests.schema.plans.comparing import Both, Way

Make = Callable[..., Any]


def planned(both: Both, text: str, **variables: Any) -> Way:
    """The plan's answer, which there must be."""
    plan, _ = both.agree(text, variables=variables)
    assert plan.answer is not None, plan.why
    return plan


#: What is asked of every law, and how many statements that takes altogether.
OF_LAWS = {
    "columns": ("name department", 1),
    "through": ("card { name }", 2),
    "listed": ("versions { title }", 2),
    "found": ("newest { title law { name } dates { startsOn endsOn year } }", 2),
    "found and required": ("mustHaveVersion { title }", 2),
    "parts": ("words { word size letters itself { word } again { word } }", 1),
    "one part": ("firstWord { word }", 1),
    "union": ("anyWords { __typename ... on WordCard { size } ... on LongWord { word } }", 1),
    "sources below parts": ("words { law { name } laws { name } }", 3),
    "pages below rows below rows": ("versions { title articles(first: 2) { edges { node { text } } } }", 3),
    "one source twice": ("a: versions { title } b: versions { dates { year } }", 3),
    "all at once": (
        "name card { name } versions { title } newest { law { name } } words { size law { name } }",
        5,
    ),
}


@pytest.mark.parametrize("name", OF_LAWS)
def test_statements_are_as_many_for_3_laws_as_for_100_and_their_texts_are_the_same(
    both: Both, enact: Make, name: str
) -> None:
    asked, number = OF_LAWS[name]
    text = f"{{ laws {{ {asked} }} }}"
    texts = []
    for laws in (3, 97):
        enact(laws)
        plan = planned(both, text)
        texts.append(plan.statements)
    assert len(plan.data["laws"]) == 100
    assert len(texts[0]) == len(texts[1]) == number
    # Several pages are one statement with a part for each; all else is the same text for any number of keys.
    assert [one for one in texts[0] if "UNION ALL" not in one] == [one for one in texts[1] if "UNION ALL" not in one]


OF_LINES = (
    "text answered author { nickname }",
    "replyTo { text author { nickname } replyTo { text } }",
    "replyTo { words { word law { name } } firstWord { word } }",
    "replyTo { siblings { text } mine { text } }",
    "siblings { seq: text } mine { text replyTo { author { nickname } } }",
)


@pytest.mark.parametrize("asked", OF_LINES)
def test_a_row_on_the_way_may_be_missing(both: Both, talk: Make, asked: str) -> None:
    talk(2, 5)
    lines = planned(both, f"{{ lines {{ {asked} }} }}").data["lines"]
    assert len(lines) == 10


def test_what_hangs_on_a_missing_row_is_not_worked_out(both: Both, talk: Make) -> None:
    talk(1, 2)
    first, second = planned(both, "{ lines { replyTo { words { word } mine { text } } } }").data["lines"]
    assert first == {"replyTo": None}
    assert second == {"replyTo": {"words": [{"word": "1"}, {"word": "甲乙"}], "mine": [{"text": "1 甲乙"}]}}


def test_a_key_of_two_columns_belongs_to_rows_that_equal_both(both: Both, talk: Make) -> None:
    talk(2, 4)
    plan = planned(both, "{ lines { text mine { text } siblings { text } } }")
    assert len(plan.statements) == 3
    assert [len(line["mine"]) for line in plan.data["lines"]] == [2] * 8
    assert [len(line["siblings"]) for line in plan.data["lines"]] == [4] * 8


def test_parts_may_be_one_or_none(both: Both, enact: Make) -> None:
    enact(4)
    laws = planned(both, "{ laws { firstWord { word } words { word } } }").data["laws"]
    assert [law["firstWord"] for law in laws] == [{"word": "甲"}, None, {"word": "丁"}, {"word": "law1"}]
    assert [len(law["words"]) for law in laws] == [2, 0, 1, 2]


def test_a_union_keeps_the_order_of_its_kinds(both: Both, enact: Make) -> None:
    enact(1)
    text = "{ laws { anyWords { ... on LongWord { long: word } __typename ... on WordCard { size } } } }"
    assert planned(both, text).data["laws"][0]["anyWords"] == [
        {"__typename": "WordCard", "size": 1},
        {"long": "乙丙", "__typename": "LongWord"},
    ]


def test_what_is_found_is_the_first_of_its_source(both: Both, enact: Make) -> None:
    enact(1)
    text = '{ law(name: "law0") { newest { dates { year } } mustHaveVersion { dates { year } } card { name } } }'
    assert planned(both, text).data["law"] == {
        "newest": {"dates": {"year": 2021}},
        "mustHaveVersion": {"dates": {"year": 2020}},
        "card": {"name": "law0"},
    }


@pytest.mark.parametrize("groups", [1, 5])
def test_pages_of_several_parents_come_in_one_statement(both: Both, talk: Make, groups: int) -> None:
    talk(groups, 6)
    text = "{ seats { lines(first: 2) { edges { cursor node { text } } pageInfo { hasNextPage endCursor } } } }"
    plan = planned(both, text)
    assert len(plan.statements) == 2
    seats = plan.data["seats"]
    assert [len(seat["lines"]["edges"]) for seat in seats] == [2] * 2 * groups
    assert all(seat["lines"]["pageInfo"]["hasNextPage"] for seat in seats)
    found = {edge["node"]["text"] for seat in seats for edge in seat["lines"]["edges"]}
    assert found == {"3 甲乙", "4 甲乙", "5 甲乙", "6 甲乙"}


def test_a_parent_without_rows_has_an_empty_page(both: Both, talk: Make) -> None:
    talk(1, 1)
    text = "{ seats { lines { edges { node { text } } pageInfo { startCursor hasNextPage } } } }"
    pages = [seat["lines"] for seat in planned(both, text).data["seats"]]
    assert pages[0] == {"edges": [], "pageInfo": {"startCursor": None, "hasNextPage": False}}
    assert len(pages[1]["edges"]) == 1


@pytest.mark.parametrize(
    ("size", "cursor", "end"), [("first", "after", "endCursor"), ("last", "before", "startCursor")]
)
@pytest.mark.parametrize("step", [1, 2, 100])
def test_pages_follow_each_other_to_the_end_in_one_statement_each(
    both: Both, enact: Make, size: str, cursor: str, end: str, step: int
) -> None:
    enact(5)
    text = (
        f"query($n: Int, $at: String) {{ lawPage({size}: $n, {cursor}: $at) {{ edges {{ cursor node {{ name }} }}"
        " pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }"
    )
    seen: list[str] = []
    at = None
    for _ in range(5 // step + 1):
        plan = planned(both, text, n=step, at=at)
        assert len(plan.statements) == 1
        page = plan.data["lawPage"]
        names = [edge["node"]["name"] for edge in page["edges"]]
        seen = seen + names if size == "first" else names + seen
        at = page["pageInfo"][end] or at
    assert seen == [f"law{n}" for n in range(5)]


def test_a_page_past_the_end_is_empty(both: Both, enact: Make) -> None:
    enact(1)
    text = "query($at: String) { lawPage(after: $at) { edges { cursor } pageInfo { hasPreviousPage endCursor } } }"
    at = planned(both, text).data["lawPage"]["edges"][0]["cursor"]
    page = planned(both, text, at=at).data["lawPage"]
    assert page == {"edges": [], "pageInfo": {"hasPreviousPage": True, "endCursor": None}}


@pytest.mark.parametrize("name", [None, "law1", "nothing"])
def test_a_count_is_one_statement_that_reads_no_rows(both: Both, enact: Make, name: str | None) -> None:
    enact(3)
    plan = planned(both, "query($name: String) { lawCount(name: $name) }", name=name)
    assert plan.data == {"lawCount": {None: 3, "law1": 1, "nothing": 0}[name]}
    assert len(plan.statements) == 1
    assert "COUNT(*)" in plan.statements[0]


OTHERS = (
    "{ words { word } }",
    '{ words(text: "law0 x") { law { name } laws { name } again { size } } }',
    '{ word(text: "law0") { size law { name } } }',
    '{ word(text: "") { size } }',
    "{ lawPage { __typename pageInfo { __typename } edges { __typename node { __typename } } } }",
    "{ lawPage { edges { node { name @skip(if: true) } } } }",
    "{ laws { numberless: name versions { articles { edges { node { number numberAtLeast } } } } } }",
    '{ __typename laws { __typename card { __typename } } law(name: "law0") { __typename } lawCount }',
    "{ lines { text } laws { firstWord { size } } seats { lines(last: 1) { edges { cursor } } } }",
)


@pytest.mark.parametrize("text", OTHERS)
def test_other_forms(both: Both, enact: Make, talk: Make, text: str) -> None:
    enact(2)
    talk(1, 2)
    planned(both, text)


def test_what_cannot_hold_is_not_asked_of_the_database(both: Both, enact: Make) -> None:
    """Django knows that nothing is in an empty list."""
    enact(1)
    text = "query($words: [String!]!) { countOf(words: $words) lawsOf(words: $words) { name } }"
    for words, number in ((["law0"], 2), ([], 0), (["law0", "x"], 2), ([], 0)):
        plan = planned(both, text, words=words)
        assert len(plan.statements) == number
        assert plan.data == {"countOf": number // 2, "lawsOf": [{"name": "law0"}] * (number // 2)}


def test_one_field_may_be_asked_in_either_direction(both: Both, enact: Make) -> None:
    """Clients that page both ways give all four arguments as variables."""
    enact(3)
    text = (
        "query($f: Int, $a: String, $l: Int, $b: String) {"
        " lawPage(first: $f, after: $a, last: $l, before: $b) { edges { cursor node { name } } } }"
    )
    cursors = [edge["cursor"] for edge in planned(both, text).data["lawPage"]["edges"]]
    asked: list[tuple[dict[str, Any], list[int]]] = [
        ({"f": 2}, [0, 1]),
        ({"l": 2}, [1, 2]),
        ({"f": 2, "a": cursors[0]}, [1, 2]),
        ({"l": 2, "b": cursors[2]}, [0, 1]),
        ({"f": None, "a": None, "l": 1, "b": None}, [2]),
        ({"f": 1, "l": None}, [0]),
    ]
    for variables, numbers in asked:
        edges = planned(both, text, **variables).data["lawPage"]["edges"]
        assert [edge["node"]["name"] for edge in edges] == [f"law{n}" for n in numbers]


def test_rows_of_one_key_share_a_page(both: Both, talk: Make) -> None:
    talk(1, 4)
    for seat in Membership.objects.all():
        Membership.objects.create(group=seat.group, user=seat.user, standing="resident", left_at=timezone.now())
    seats = planned(both, "{ seats { lines { edges { node { text } } } } }").data["seats"]
    assert [len(seat["lines"]["edges"]) for seat in seats] == [2, 2, 2, 2]
    assert seats[:2] == seats[2:]
