"""What a document and its variables may ask for, one limit at a time."""

import re
import time
from dataclasses import fields, replace
from typing import Any

import pytest
from graphql import GraphQLError, build_schema, get_introspection_query

from backend.schema.endpoint import engine
from backend.schema.server.checks import InvalidDocument, faults, parsed
from backend.schema.server.limits import STRICT, LimitExceeded, Limits, check_variables
from tests.running import ROOT

SCHEMA = build_schema(
    """
    type Query { me: Node node(ids: [ID!], tags: [[String]], by: Filter): Node }
    type Mutation { touch: Int }
    type Subscription { touched: Int }
    type Node { id: ID text: String node: Node left: Node right: Node }
    input Filter { and: [Filter] text: String }
    """
)


def errors_of(text: str, limits: Limits | None = None, **changes: Any) -> list[GraphQLError]:
    limits = replace(limits or Limits(), **changes)
    try:
        return faults(SCHEMA, parsed(text, limits), limits)
    except InvalidDocument as invalid:
        return invalid.errors


def nested(depth: int) -> str:
    """A query whose deepest leaf lies so many fields below the root."""
    return "{ " + "me { " + "node { " * (depth - 2) + "id" + " }" * depth


def repeated(count: int, text: str) -> str:
    return " ".join(text.replace("#", str(number)) for number in range(count))


#: Each limit: its name, what makes a document of a given measure, and a value to try.
MEASURES = {
    "characters": ("{ me { id } }".ljust, 100),
    "tokens": (lambda n: "{ me { " + repeated(n - 5, "id") + " } }", 10),
    "operations": (lambda n: repeated(n, "query Q# { me { id } }"), 3),
    "fragments": (lambda n: f"{{ me {{ {repeated(n, '...f#')} }} }} {repeated(n, 'fragment f# on Node { id }')}", 4),
    "depth": (nested, 6),
    "selections": (lambda n: "{ me { " + repeated(n, "a#: id") + " } }", 7),
    "same_name": (lambda n: "{ me { " + "id " * n + "} }", 3),
    "repetitions": (lambda n: "{ me { " + repeated(n, "a#: id a#: id") + " } }", 4),
    "aliases": (lambda n: "{ me { " + repeated(n, "a#: id") + " } }", 5),
    "root_aliases": (lambda n: "{ " + repeated(n, "a#: me { id }") + " }", 2),
    "mutations": (lambda n: "mutation { " + repeated(n, "a#: touch") + " }", 3),
    "directives": (lambda n: "{ me { " + repeated(n, "a#: id @include(if: true)") + " } }", 6),
    "directives_together": (lambda n: "{ me " + "@skip(if: false) @include(if: true)"[: 16 * n] + "{ id } }", 1),
    "list_items": (lambda n: "{ node(ids: [" + '"x" ' * n + "]) { id } }", 9),
    "value_depth": (lambda n: "{ node(by: " + "{and: [" * (n // 2) + "]}" * (n // 2) + ") { id } }", 4),
}


@pytest.mark.parametrize("name", MEASURES)
def test_a_document_may_go_up_to_each_limit_and_not_past_it(name: str) -> None:
    make, limit = MEASURES[name]
    assert errors_of(make(limit), **{name: limit}) == []
    [error] = errors_of(make(limit), **{name: limit - 1})
    assert isinstance(error.original_error, LimitExceeded)
    assert re.search(r"[\u4e00-\u9fff]", error.message)


NOT_OF_THE_DOCUMENT = {"body_bytes", "address_bytes", "body_seconds", "variable_values", "variable_characters"}


def test_every_limit_has_a_test() -> None:
    """Of the others: the request's in test_http, the variables' below, cost in test_cost, introspection below."""
    assert {field.name for field in fields(Limits)} == MEASURES.keys() | NOT_OF_THE_DOCUMENT | {"cost", "introspection"}


@pytest.mark.parametrize(
    "text",
    [
        f"mutation {{ ... on Mutation {{ {repeated(9, 'a#: touch')} }} }}",
        f"mutation {{ ...all }} fragment all on Mutation {{ {repeated(9, 'a#: touch')} }}",
        "mutation { ...one ...two } "
        + repeated(3, "fragment f# on Mutation { a#: touch b#: touch }")
        + " fragment one on Mutation { ...f0 ...f1 } fragment two on Mutation { ...f2 }",
    ],
    ids=["inline", "one fragment", "fragments of fragments"],
)
def test_changes_are_counted_through_fragments(text: str) -> None:
    assert "修改" in errors_of(text)[0].message


@pytest.mark.parametrize(
    "text",
    [
        "subscription { touched @skip(if: true) }",
        "subscription { ... @include(if: true) { touched } }",
        "subscription { ...f } fragment f on Subscription { touched @include(if: true) }",
    ],
    ids=["field", "inline", "fragment"],
)
def test_what_a_subscription_follows_depends_on_no_directive(text: str) -> None:
    assert "订阅" in errors_of(text)[0].message


def test_depth_is_followed_through_fragments() -> None:
    chain = " ".join(f"fragment f{n} on Node {{ node {{ ...f{n + 1} }} }}" for n in range(8))
    text = f"{{ me {{ ...f0 }} }} {chain} fragment f8 on Node {{ id }}"
    assert errors_of(text, depth=10) == []
    assert "嵌套" in errors_of(text, depth=9)[0].message


def test_repetitions_are_counted_through_inline_fragments() -> None:
    text = "{ me { " + "... on Node { id } " * 8 + "} }"
    assert errors_of(text, repetitions=7) == []
    assert errors_of(text, repetitions=6) != []


@pytest.mark.parametrize(
    "text",
    [
        "{ me { ...f0 } } "
        + " ".join(f"fragment f{n} on Node {{ left {{ ...f{n + 1} }} right {{ ...f{n + 1} }} }}" for n in range(22))
        + " fragment f22 on Node { id }",
        "{ me { ...f0 } } "
        + " ".join(f"fragment f{n} on Node {{ node {{ ...f{n + 1} }} node {{ ...f{n + 1} }} }}" for n in range(12))
        + " fragment f12 on Node { id }",
        "{ me { ...f0 } } " + " ".join(f"fragment f{n} on Node {{ ...f{n + 1} ...f{n + 1} }}" for n in range(48))
        + " fragment f48 on Node { id }",
        "{ me { ...f0 } } " + " ".join(f"fragment f{n} on Node {{ ...f{(n + 1) % 50} }}" for n in range(50)),
        "{ me { ...a } } fragment a on Node { node { ...b } } fragment b on Node { node { ...a } }",
        "{ me { " + "node { node { " * 90 + "id" + " } }" * 90 + " } }",
        "{ me { " + "... on Node { " * 150 + "id" + " }" * 150 + " } }",
        "{ " + "me { node { id left { id } } } " * 5 + "}",
        "{ me { " + " ".join(f"a{n}: text b{n}: text" for n in range(49)) + " } }",
        "query(" + " ".join(f"$v{n}: [[[[Int]]]]" for n in range(400)) + ") { me { id } }",
        "{ me { " + repeated(50, "...f#") + " } } "
        + repeated(50, "fragment f# on Node { id text node { id text node { id text } } left { id } right { id } }"),
    ],
    ids=[
        "22 chained pairs", "merged pairs", "doubled spreads", "long circle", "short circle", "deep", "inline", "same",
        "wide", "variables", "fragments side by side",
    ],
)  # fmt: skip
def test_no_document_takes_long_to_refuse_or_to_accept(text: str) -> None:
    started = time.process_time()
    errors_of(text)
    # The worst takes a tenth of this; graphene's own depth rule takes 41 seconds for the first.
    assert time.process_time() - started < 3


def test_the_contract_itself_may_be_explored_in_development_and_not_in_circles() -> None:
    schema, limits = engine().schema, Limits()
    for text in (
        get_introspection_query(),
        get_introspection_query(specified_by_url=True, input_value_deprecation=True),
    ):
        assert faults(schema, parsed(text, limits), limits) == []
        [error] = faults(schema, parsed(text, limits), replace(limits, introspection=False))
        assert error.original_error.code == "INTROSPECTION_DISABLED"  # type: ignore[union-attr]
    lists = "fields { type { " * 3 + "name" + " } }" * 3
    circle = f"{{ __schema {{ types {{ ...t }} }} }} fragment t on __Type {{ {lists} }}"
    assert "depth" in faults(schema, parsed(circle, limits), limits)[0].message


@pytest.mark.parametrize("limits", [Limits(), STRICT], ids=["usual", "strict"])
def test_the_name_of_a_type_may_always_be_asked_for(limits: Limits) -> None:
    assert errors_of("{ __typename me { __typename id } }", limits, introspection=False) == []


@pytest.mark.parametrize(
    "text",
    [
        '{ __type(name: "Node") { name } }',
        "{ a: __schema { queryType { name } } }",
        "{ ...f } fragment f on Query { __schema { description } }",
    ],
    ids=["type", "alias", "fragment"],
)
def test_the_schema_may_not_be_explored_by_any_way_where_that_is_off(text: str) -> None:
    assert errors_of(text) == []
    [error] = errors_of(text, introspection=False)
    assert error.original_error.code == "INTROSPECTION_DISABLED"  # type: ignore[union-attr]


def test_no_names_are_suggested() -> None:
    for text in ("{ mee { id } }", "{ me { idd } }", "{ node(idss: 1) { id } }", "{ ... on Nodee { id } }"):
        [error] = errors_of(text)
        assert "Did you mean" not in error.message


@pytest.mark.parametrize(
    ("variables", "said"),
    [
        ({"a": ["x"] * 201}, "列表"),
        ({"a": {"b": [[["x"] * 201]]}}, "列表"),
        ({f"v{n}": 1 for n in range(600)}, "个值"),
        ({"a": "x" * 50_001}, "字符"),
        ({"a": ["x" * 500] * 101}, "字符"),
        ({"a" * 50_001: 1}, "字符"),
        ({"a": [[[[[[[[[1]]]]]]]]]}, "嵌套"),
    ],
    ids=["list", "inner list", "values", "text", "texts", "name", "depth"],
)
def test_variables_have_limits(variables: dict[str, Any], said: str) -> None:
    with pytest.raises(LimitExceeded, match=said):
        check_variables(variables, Limits())


def test_variables_within_the_limits() -> None:
    check_variables({"a": ["x"] * 200, "b": [[[[[[[[1]]]]]]]], "c": "x" * 40_000, "d": None, "e": True}, Limits())


def test_variables_that_nest_without_end_are_left_early() -> None:
    bottom: list[Any] = []
    deep = bottom
    for _ in range(900):
        deep = [deep, deep]  # 2**900 values, were they all looked at
    with pytest.raises(LimitExceeded):
        check_variables({"a": deep}, Limits())


def test_strict_is_never_wider() -> None:
    for field in fields(Limits):
        assert getattr(STRICT, field.name) <= getattr(Limits(), field.name), field.name


def test_the_limits_are_documented_as_they_are() -> None:
    """The table of docs/api.md: each limit with its usual and its strict value."""
    text = (ROOT / "docs" / "api.md").read_text(encoding="utf-8")
    listed = re.findall(r"^\| `([a-z_]+)` \| ([\d,.]+) \| ([\d,.]+) \|", text, re.MULTILINE)
    measured = [field.name for field in fields(Limits) if field.name != "introspection"]
    assert [(name, usual, strict) for name, usual, strict in listed] == [
        (name, f"{getattr(Limits(), name):,}", f"{getattr(STRICT, name):,}") for name in measured
    ]
