"""Whoever reads the contract finds each thing described, with its Chinese term in square brackets."""

import re
from collections.abc import Iterator

import pytest
from graphql import Node, build_schema, parse, print_schema

from backend.schema.contract.coordinates import contract_of
from backend.schema.endpoint import engine

TERM = re.compile(r"\[[^\[\]]*[\u4e00-\u9fff][^\[\]]*\]")
# What only a reader of the code can look up.
INTERNAL = re.compile(r"\bbackend\.|_related\b")


def described(sdl: str) -> dict[str, str]:
    """Each coordinate with its description."""
    return {c: text for definition in parse(sdl).definitions for c, text in _described(definition, "", "")}


def _described(node: Node, before: str, after: str) -> Iterator[tuple[str, str]]:
    sign = "@" if node.kind == "directive_definition" else ""
    coordinate = f"{before}{sign}{node.name.value}{after}"
    yield coordinate, node.description.value if node.description else ""
    for member in [*getattr(node, "fields", ()), *getattr(node, "values", ())]:
        yield from _described(member, f"{coordinate}.", "")
    for argument in getattr(node, "arguments", ()):
        yield from _described(argument, f"{coordinate}(", ":)")


def lacking(sdl: str) -> dict[str, str]:
    """What has no description, none with a Chinese term, or one that is not for those who use the contract."""
    texts = described(sdl)
    return {coordinate: text for coordinate, text in texts.items() if not TERM.search(text) or INTERNAL.search(text)}


def real() -> str:
    return print_schema(engine().schema)


def test_everything_in_the_contract_is_described_with_its_chinese_term() -> None:
    assert lacking(real()) == {}


def test_nothing_of_the_contract_is_passed_over() -> None:
    assert described(real()).keys() == contract_of(real()).keys()


GOOD = """
"What can be read [查询]." type Query {
  "One law [法律]." law("Global id [编号]." id: ID): Int
  "By kind [类型]." find("What is looked for [条件]." by: By): Kind
}
"What is looked for [条件]." input By { "Its name [名称]." name: String }
"What it is [类型]." enum Kind { "[省]." ONE }
"A day [日期]." scalar Day
"Leads anywhere [任意]." union Any = Query
"Has a name [有名称]." interface Named { "Name [名称]." name: String }
"Asks for less [省略]." directive @less("By how much [程度]." by: Int) on FIELD
"""


@pytest.mark.parametrize("coordinate", described(GOOD))
def test_a_description_or_a_term_that_is_missing_is_found_anywhere(coordinate: str) -> None:
    assert lacking(GOOD) == {}
    text = described(GOOD)[coordinate]
    stripped = TERM.sub("", text)
    for other in ("", stripped, text.replace("[", "(").replace("]", ")"), f"{text} See backend.models."):
        schema = build_schema(GOOD)
        _describe(schema, coordinate, other)
        assert list(lacking(print_schema(schema))) == [coordinate]


def _describe(schema, coordinate: str, text: str) -> None:
    names = re.findall(r"\w+", coordinate)
    found = schema.get_directive(names[0]) if coordinate.startswith("@") else schema.type_map[names[0]]
    for name in names[1:]:
        inner = getattr(found, "fields", None) or getattr(found, "values", None) or found.args
        found = inner[name]
    found.description = text
