"""What an operation costs: each field once for every row that may hold it."""

import time
from typing import Any

import httpx
import pytest
from graphql import OperationDefinitionNode, build_schema, parse, validate

from backend.schema.costs import COSTS
from backend.schema.endpoint import engine
from backend.schema.server.cost import DEFAULT_ROWS, PLAIN_ROWS, CostCompiler, FieldCost
from backend.schema.server.documents import Document, DocumentCache
from backend.schema.server.limits import STRICT, Limits, TooCostly
from backend.schema.server.trusted import Policy
from tests.conftest import Ask
from tests.schema.server.conftest import Tiny

SCHEMA = build_schema(
    """
    type Query {
      a: Int
      one: Item
      either: Either
      plain: [Item!]!
      taken(first: Int): [Item!]
      usual(first: Int = 7): [Item!]
      pages(first: Int, after: String, last: Int): Pages
      named(names: [ID!]): [Item]
    }
    type Pages { edges: [Edge!]! total: Int }
    type Edge { node: Item cursor: String }
    type Item { x: Int y: Int inner(first: Int): [Item!] item: Item list: [Item!] pages(first: Int): Pages }
    type Other { x: Int }
    union Either = Item | Other
    """
)
D, P = DEFAULT_ROWS, PLAIN_ROWS


def cost(text: str, variables: dict[str, Any] | None = None, **costs: FieldCost) -> int:
    document = parse(text)
    assert validate(SCHEMA, document) == []
    operation = next(node for node in document.definitions if isinstance(node, OperationDefinitionNode))
    named = {key.replace("_", "."): value for key, value in costs.items()}
    return CostCompiler(SCHEMA, document, named).compile(operation).of(variables or {})


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("{ a }", 1),
        ("{ one { x y } }", 3),
        ("{ plain { x y } }", 1 + P * 2),
        ("{ taken(first: 10) { x y } }", 1 + 10 * 2),
        ("{ taken { x } }", 1 + D),
        ("{ taken(first: -5) { x } }", 1 + D),
        ("{ taken(first: null) { x } }", 1 + D),
        ("{ usual { x } }", 1 + 7),
        ("{ usual(first: 3) { x } }", 1 + 3),
        ("{ pages(first: 10) { total edges { cursor node { x y } } } }", 1 + 1 + 1 + 10 * (1 + 1 + 2)),
        ("{ pages(last: 3) { edges { node { x } } } }", 1 + 1 + 3 * 2),
        ("{ pages(first: null, last: 100) { edges { cursor } } }", 1 + 1 + 100),
        ("{ pages { edges { node { x } } } }", 1 + 1 + D * 2),
        ("{ pages(first: 10) { edges { node { inner(first: 10) { x } } } } }", 1 + 1 + 10 * (1 + 1 + 10)),
        ("{ pages(first: 10) { edges { node { list { x } } } } }", 1 + 1 + 10 * (1 + 1 + P)),
        ("{ taken(first: 2) { ...f } } fragment f on Item { x ... on Item { y } }", 1 + 2 * 2),
        ("{ pages(first: 9) { ...p } } fragment p on Pages { edges { ...e } } fragment e on Edge { cursor }", 2 + 9),
        ("{ either { ... on Item { x y } ... on Other { x } } }", 1 + 3),
        ("{ __typename one { __typename } }", 3),
    ],
)
def test_a_field_costs_one_for_each_row_that_may_hold_it(text: str, expected: int) -> None:
    assert cost(text) == expected


@pytest.mark.parametrize(
    ("variables", "rows"),
    [
        ({"n": 7}, 7),
        ({}, 4),
        ({"n": None}, DEFAULT_ROWS),
        ({"n": "many"}, 4),
        ({"n": 7.0}, 7),
        ({"n": 1e300}, 10**9),
        ({"n": -1}, 4),
    ],
    ids=["given", "left out", "null", "text", "float", "enormous", "negative"],
)
def test_a_size_may_come_as_a_variable(variables: dict[str, Any], rows: int) -> None:
    assert cost("query($n: Int = 4) { taken(first: $n) { x } }", variables) == 1 + rows
    assert (
        cost("query($n: Int = 4) { one { ...f } } fragment f on Item { inner(first: $n) { x } }", variables) == 2 + rows
    )


@pytest.mark.parametrize(
    ("text", "variables", "rows"),
    [
        ('{ named(names: ["a", "b", "c"]) { x } }', {}, 3),
        ('{ named(names: "a") { x } }', {}, D),
        ("query($n: [ID!]) { named(names: $n) { x } }", {"n": ["a"] * 7}, 7),
        ("query($n: [ID!]) { named(names: $n) { x } }", {"n": "a"}, D),
        ("query($n: [ID!]) { named(names: $n) { x } }", {}, D),
        ('query($n: [ID!] = ["a", "b"]) { named(names: $n) { x } }', {}, 2),
        ('query($n: ID! = "a") { named(names: ["a", $n]) { x } }', {}, 2),
    ],
    ids=["literal", "one literal", "given", "one given", "left out", "default", "within a list"],
)
def test_rows_may_be_as_many_as_the_items_of_an_argument(text: str, variables: dict[str, Any], rows: int) -> None:
    assert cost(text, variables, Query_named=FieldCost(by="names")) == 1 + rows


def test_a_variable_without_a_default_has_the_usual_rows() -> None:
    assert cost("query($n: Int) { taken(first: $n) { x } }") == 1 + D


def test_fields_may_cost_more_and_lists_be_longer_than_usual() -> None:
    assert cost("{ a one { x } }", Query_a=FieldCost(own=50)) == 52
    assert cost("{ plain { x } }", Query_plain=FieldCost(own=3, rows=40)) == 3 + 40
    assert cost("{ plain { x } }", Query_plain=FieldCost(rows=41, together=20)) == 1 + 3
    assert cost("{ pages(first: 2) { edges { node { list { x } } } } }", Item_list=FieldCost(rows=9)) == 2 + 2 * (2 + 9)


def test_the_dearest_type_of_an_interface_counts() -> None:
    types = " ".join(f"type {name} implements Named {{ n: Int }}" for name in "AB")
    schema = build_schema(f"type Query {{ it: Named }} interface Named {{ n: Int }} {types}")
    document = parse("{ it { n } }")
    [operation] = document.definitions
    assert isinstance(operation, OperationDefinitionNode)
    costs = {"A.n": FieldCost(own=3), "B.n": FieldCost(own=8)}
    assert CostCompiler(schema, document, costs).compile(operation).of({}) == 1 + 8


def test_chained_fragments_cost_no_time_of_ours() -> None:
    links = " ".join(
        f"fragment f{n} on Item {{ a: inner(first: $n) {{ ...f{n + 1} }} b: inner(first: $m) {{ ...f{n + 1} }} }}"
        for n in range(40)
    )
    text = f"query($n: Int, $m: Int) {{ one {{ ...f0 }} }} {links} fragment f40 on Item {{ x }}"
    document = parse(text)
    operation = document.definitions[0]
    assert isinstance(operation, OperationDefinitionNode)
    started = time.process_time()
    assert CostCompiler(SCHEMA, document, {}).compile(operation).of({"n": 2, "m": 3}) > 5**40
    assert time.process_time() - started < 1


def test_the_cost_map_names_fields_of_the_contract() -> None:
    types = engine().schema.type_map
    for key in COSTS:
        kind, _, name = key.partition(".")
        assert name in types[kind].fields, key  # type: ignore[attr-defined]


def test_a_hundred_expensive_lists_are_refused_and_a_full_feed_is_not(ask: Ask) -> None:
    lists = " ".join(
        f'a{n}: lawArticles(version: "x", first: 100) {{ edges {{ node {{ id label text law {{ name }} }} }} }}'
        for n in range(45)
    )
    with pytest.raises(TooCostly):
        ask(f"{{ {lists} }}")
    feed = """{ feed(first: 100) { edges { cursor node {
      id title summary publishedAt cover { id url width height bytes }
      body { __typename ... on HeadingBlock { id text } ... on ParagraphBlock { id text } }
      citations { quote text article { id label validity validityLabel law { name shortName } } }
    } } pageInfo { hasNextPage endCursor } } }"""
    assert "errors" not in ask(feed)


#: What a phone needs before anything else, and its first screens.
SCREENS = {
    "code": 'mutation { requestCode(input: {phone: "x"}) { challenge errors { code field message retryAfter } } }',
    "sign in": """mutation { confirmCode(input: {challenge: "x", code: "1"}) {
      token expiresAt viewer { id displayName roles { role division { code } } } errors { code message } } }""",
    "feed": "{ feed(first: 20) { edges { node { id title summary publishedAt cover { url width height } } } } }",
    "group": """{ group(id: "x") { unreadCount advisor { name } messages(last: 50) { edges { node {
      seq text kind createdAt isAdvisor author { name } } } } } viewer { displayName village { fullName } } }""",
}


@pytest.mark.parametrize("name", SCREENS)
def test_the_app_can_live_with_strict_limits(name: str) -> None:
    cache = DocumentCache(engine().schema, Policy(limits=STRICT, costs=COSTS))
    assert 0 < cache.load(SCREENS[name]).admit(None, {}) <= STRICT.cost


def test_sending_codes_cannot_be_asked_for_twice_where_limits_are_strict() -> None:
    text = """mutation {
      requestCode(input: {phone: "x"}) { errors { code } }
      confirmCode(input: {challenge: "x", code: "1"}) { errors { code } }
    }"""
    document: Document = DocumentCache(engine().schema, Policy(costs=COSTS)).load(text)
    assert STRICT.cost < document.admit(None, {}) <= Limits().cost


def test_the_refusal_over_http(tiny: Tiny) -> None:
    tiny.engine.documents.policy = Policy(limits=Limits(cost=1))
    body = {"query": "{ hello who }"}
    new = httpx.post(tiny.url, json=body, headers={"accept": "application/graphql-response+json"})
    assert (new.status_code, httpx.post(tiny.url, json=body).status_code) == (400, 200)
    assert new.json()["errors"][0]["extensions"]["code"] == "QUERY_TOO_COSTLY"
