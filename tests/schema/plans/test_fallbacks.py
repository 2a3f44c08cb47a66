"""Where a plan gives no answer, graphql-core does, as if there were none."""

import logging
from collections.abc import Callable
from typing import Any

import pytest

from backend.accounts.models import User
from backend.advisors.models import VillageGroup
from backend.content.models import ContentCitation, ContentItem
from backend.regions.models import Division
from backend.schema import schema as contract
from backend.schema.endpoint import engine
from backend.schema.plans import steps
from backend.schema.plans.kept import Plans
from backend.schema.server.context import Context, Identity
from backend.schema.server.engine import Engine
from backend.schema.server.ids import encode_id
from backend.statutes.models import Article, Law
from tests.schema.plans import library, world
from tests.schema.plans.comparing import NO_PLAN, Both
from tests.schema.plans.examples import AS_LIST
from tests.schema.plans.generated import VILLAGE, World

Make = Callable[..., Any]
Response = dict[str, Any]


class Unplanned(Engine):
    """The engine as it would be without plans."""

    def _planned(self, *_: Any) -> None:
        return None


@pytest.fixture
def here(divisions: dict[str, Division]) -> World:
    return world.create(seed=7, size=5)


def answers(text: str, viewer: User | None, **variables: Any) -> tuple[Response, bool]:
    """The engine's response, after checking that without plans it is the same; and whether a plan gave it."""
    found, planned = _answer(engine(), text, viewer, variables)
    expected, _ = _answer(Unplanned(contract.graphql_schema, engine().tokens), text, viewer, variables)
    assert found == expected
    return found, planned


def _answer(of: Engine, text: str, viewer: User | None, variables: dict[str, Any]) -> tuple[Response, bool]:
    context = Context(Identity(viewer=viewer and User.objects.get(pk=viewer.pk)), request_id="a-request")
    return of.execute(of.documents.load(text), context, variables=variables), context.seen.planned


def told(response: Response) -> list[tuple[str, list[Any]]]:
    """Code and path of each error."""
    return [(error["extensions"]["code"], error["path"]) for error in response["errors"]]


REFUSED = {
    "{ myGroups { id } }": ("SIGN_IN_REQUIRED", ["myGroups"]),
    "{ a: inbox { edges { cursor } } }": ("SIGN_IN_REQUIRED", ["a"]),
    "{ unreadCount }": ("SIGN_IN_REQUIRED", ["unreadCount"]),
    '{ group(id: "x") { id } }': ("INVALID_ID", ["group"]),
    '{ contentItem(id: "TGF3OjE=") { title } }': ("INVALID_ID", ["contentItem"]),
    '{ division(code: "1") { name } }': ("INVALID_DIVISION", ["division"]),
    "{ feed(first: 0) { edges { cursor } } }": ("INVALID_PAGE", ["feed"]),
    "{ feed(first: 1, last: 1) { edges { cursor } } }": ("INVALID_PAGE", ["feed"]),
    '{ laws(after: "x") { edges { cursor } } }': ("INVALID_CURSOR", ["laws"]),
    '{ laws(before: "村") { edges { cursor } } }': ("INVALID_CURSOR", ["laws"]),
    '{ node(id: "x") { id } }': ("INVALID_ID", ["node"]),
    '{ villageAdvisor(village: "510114006000") { name } }': ("INVALID_DIVISION", ["villageAdvisor"]),
}


@pytest.mark.parametrize("text", REFUSED)
def test_a_refusal_is_told_with_its_code_and_path(here: World, text: str) -> None:
    response, planned = answers(text, None)
    assert not planned
    assert told(response) == [REFUSED[text]]


def test_what_was_not_refused_stays_in_the_answer(here: World) -> None:
    text = (
        '{ viewer { id } feed(first: 0) { edges { cursor } } laws { edges { node { name } } } group(id: "x") { id } }'
    )
    response, planned = answers(text, here.viewers["villager"])
    assert not planned
    assert told(response) == [("INVALID_PAGE", ["feed"]), ("INVALID_ID", ["group"])]
    assert response["data"]["viewer"] is not None
    assert response["data"]["laws"]["edges"]


def test_a_group_that_the_viewer_is_not_in_is_refused_and_their_own_is_planned(here: World) -> None:
    text = "query($id: ID!) { group(id: $id) { id } }"
    ids = here.ids(VillageGroup)
    response, planned = answers(text, here.viewers["newcomer"], id=ids[0])
    assert (told(response), planned) == ([("NOT_A_MEMBER", ["group"])], False)
    response, planned = answers(text, here.viewers["newcomer"], id=ids[-1])
    assert (told(response), planned) == ([("GROUP_NOT_FOUND", ["group"])], False)
    response, planned = answers(text, here.viewers["villager"], id=ids[0])
    assert (response, planned) == ({"data": {"group": {"id": ids[0]}}}, True)


def test_a_cursor_of_another_list_is_refused(here: World) -> None:
    response, _ = answers("{ laws(first: 1) { pageInfo { endCursor } } }", None)
    cursor = response["data"]["laws"]["pageInfo"]["endCursor"]
    text = "query($at: String) { feed(after: $at) { edges { cursor } } }"
    assert told(answers(text, None, at=cursor)[0]) == [("INVALID_CURSOR", ["feed"])]


def test_a_required_value_that_is_null_empties_only_what_holds_it(here: World) -> None:
    law = Law.objects.create(name="没有文本的法", short_name="没有文本的法", kind="法律")
    text = "query($id: ID!) { law(id: $id) { name version { id } } laws { edges { node { name } } } }"
    response, planned = answers(text, None, id=encode_id("Law", law.pk))
    assert not planned
    assert told(response) == [("INTERNAL", ["law", "version"])]
    assert response["data"]["law"] is None
    assert response["data"]["laws"]["edges"]


def test_a_variable_that_cannot_be_coerced_is_told(here: World) -> None:
    text = "query($n: Int) { laws(first: $n) { edges { cursor } } }"
    for bad in ("1", 1.5, -(1 << 31) - 1, [1], {}):
        response, planned = answers(text, None, n=bad)
        assert not planned
        assert [error["extensions"]["code"] for error in response["errors"]] == ["GRAPHQL_VALIDATION_FAILED"]


def test_a_directive_with_a_variable_that_is_none_is_told(here: World) -> None:
    text = "query($on: Boolean = true) { unreadCount @include(if: $on) __typename }"
    response, planned = answers(text, None, on=None)
    assert not planned
    assert [error["extensions"]["code"] for error in response["errors"]] == ["GRAPHQL_VALIDATION_FAILED"]
    response, planned = answers(text, None, on="yes")
    assert (len(response["errors"]), planned) == (1, False)
    assert answers(text, None, on=False) == ({"data": {"__typename": "Query"}}, True)


#: Not planned from the outset.
NEVER = {
    "an undeclared field": "{ laws { name undeclared } }",
    "an undeclared field at the root": "{ byHand laws { name } }",
    "introspection": "{ __schema { queryType { name } } }",
    "introspection beside data": '{ laws { name } __type(name: "Line") { name } }',
    "a change": "mutation { change { done } }",
    "a list under two keys": "{ lawPage { edges { cursor } more: edges { node { name } } } }",
    "a node under two keys": "{ lawPage { edges { node { name } more: node { name } } } }",
    "no queryset": "{ asList { name } }",
}


@pytest.mark.parametrize("name", NEVER)
def test_what_is_not_declared_is_left_to_graphql_core(both: Both, enact: Make, name: str) -> None:
    enact(2)
    for _ in range(2):
        plan, core = both.agree(NEVER[name])
        assert plan.why == NO_PLAN
        assert core.data


#: Planned, but not for this data: who asks is answered by graphql-core, with an error at each of these paths.
FAILING = {
    "a function that fails": ("{ laws { name fails } }", [["laws", 0, "fails"], ["laws", 1, "fails"]]),
    "a row that must be there": ("{ lines { text mustReply { text } } }", [["lines", 0, "mustReply"]]),
    "a column that must be filled": (
        "{ laws { versions { articles { edges { node { numberAtLeast } } } } } }",
        [["laws", 0, "versions", 0, "articles", "edges", 0, "node", "numberAtLeast"]],
    ),
    "rows that must be found": ("{ laws { mustHaveVersion { title } } }", [["laws", 2, "mustHaveVersion"]]),
    "a refusal where nothing is": ('{ law(name: "refused") { name } }', [["law"]]),
}


@pytest.mark.parametrize("name", FAILING)
def test_what_fails_is_left_to_graphql_core_each_time(both: Both, enact: Make, talk: Make, name: str) -> None:
    enact(2)
    talk(1, 2)
    Article.objects.filter(pk=Article.objects.earliest("version__law", "-version__starts_on", "position").pk).update(
        number=None
    )
    if name == "rows that must be found":
        Law.objects.create(name="空", short_name="空", kind="法律")
    text, paths = FAILING[name]
    for _ in range(2):
        plan, core = both.agree(text)
        assert plan.answer is None
        assert plan.why != NO_PLAN
        assert [error.path for error in core.errors] == paths


def test_a_plan_that_failed_once_serves_other_data(both: Both, enact: Make) -> None:
    enact(1)
    text = "query($name: String!) { law(name: $name) { name } }"
    for name, why in (("refused", "Incomplete()"), ("law0", ""), ("refused", "Incomplete()")):
        assert both.agree(text, variables={"name": name})[0].why == why
    assert both.agree(text, variables={"name": "law0"})[0].data == {"law": {"name": "law0"}}


def test_what_turned_out_to_be_no_plan_is_not_tried_again(both: Both, enact: Make) -> None:
    enact(1)
    before = AS_LIST.asked
    for _ in range(3):
        both.agree("{ asList { name } }")
    # Once by the plan that found out, and by graphql-core each time.
    assert AS_LIST.asked - before == 1 + 3


def test_an_unexpected_failure_is_in_the_log_and_not_in_the_answer(
    here: World, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: Any) -> None:
        raise RuntimeError("a plan's own failure")

    text = "{ laws(first: 3) { edges { node { shortName } } } }"
    expected, planned = answers(text, None)
    assert planned
    monkeypatch.setattr(steps.PageStep, "at_root", broken)
    engine().plans = Plans(contract.graphql_schema)
    with caplog.at_level(logging.DEBUG, "backend.schema.server.engine"):
        assert answers(text, None) == (expected, False)
    assert "a plan's own failure" in caplog.text
    engine().plans = Plans(contract.graphql_schema)


@pytest.mark.parametrize("other", ["", 'division(code: "x") { code }'], ids=["by plan", "by graphql-core"])
def test_blocks_that_were_taken_out_of_the_code_are_neither_shown_nor_counted(here: World, other: str) -> None:
    """A citation names its block by its place among those that Wagtail knows."""
    (item,) = here.write([ContentItem(title="…", live=True, first_published_at=here.now)])
    here.write([ContentItem.audience.through(contentitem=item, division_id=VILLAGE)])
    values = {"heading": "…", "poem": "…", "statute": {"citation": "…"}}
    library.store_body(item, [{"type": kind, "id": kind, "value": value} for kind, value in values.items()])
    ContentCitation.objects.create(content=item, article=Article.objects.earliest("pk"), block=1, position=0)
    body = "body { __typename ... on StatuteBlock { citations { position: paragraph } } }"
    text = f"query($id: ID!) {{ contentItem(id: $id) {{ {body} }} {other} }}"
    response, planned = answers(text, here.viewers["villager"], id=encode_id("ContentItem", item.pk))
    assert planned == (not other)
    assert response["data"]["contentItem"]["body"] == [
        {"__typename": "HeadingBlock"},
        {"__typename": "StatuteBlock", "citations": [{"position": 0}]},
    ]
