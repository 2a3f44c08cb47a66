"""Contracts as coordinates: what differs, what breaks a client, and the way back."""

import pytest
from graphql import print_schema
from hypothesis import given
from hypothesis import strategies as st

from backend.schema.contract.changes import breaking, dangerous, difference, undone
from backend.schema.contract.coordinates import contract_of, digest, is_within, name, parent, sdl_of
from backend.schema.contract.log import write_change
from backend.schema.endpoint import engine

SDL = '''
"""What can be read."""
type Query { law(id: ID!, text: String): Law laws(first: Int! = 20): [Law!] search(by: By): Found }
interface Named { name: String! }
type Law implements Named { name: String! kind: Kind! }
type Person implements Named { name: String! }
enum Kind { ACT RULE }
union Found = Law | Person
input By { name: String! kind: Kind = ACT }
scalar Day @specifiedBy(url: "https://scalars.example/day")
directive @slow(why: String!) repeatable on FIELD | QUERY
'''
CONTRACT = contract_of(SDL)


def changed(*pairs: tuple[str, str]) -> dict[str, str]:
    text = SDL
    for old, new in pairs:
        assert text.count(old) == 1
        text = text.replace(old, new)
    return contract_of(text)


def test_a_contract_is_what_stands_at_each_coordinate() -> None:
    assert CONTRACT == {
        "Query": "type",
        "Query.law": "Law",
        "Query.law(id:)": "ID!",
        "Query.law(text:)": "String",
        "Query.laws": "[Law!]",
        "Query.laws(first:)": "Int! = 20",
        "Query.search": "Found",
        "Query.search(by:)": "By",
        "Named": "interface",
        "Named.name": "String!",
        "Law": "type implements Named",
        "Law.name": "String!",
        "Law.kind": "Kind!",
        "Person": "type implements Named",
        "Person.name": "String!",
        "Kind": "enum",
        "Kind.ACT": "value",
        "Kind.RULE": "value",
        "Found": "union = Law | Person",
        "By": "input",
        "By.name": "String!",
        "By.kind": "Kind = ACT",
        "Day": 'scalar @specifiedBy(url: "https://scalars.example/day")',
        "@slow": "repeatable on FIELD | QUERY",
        "@slow(why:)": "String!",
    }


def test_descriptions_and_order_are_no_part_of_it() -> None:
    other = changed(
        ("What can be read", "What anyone can read"),
        ("ACT RULE", "RULE ACT"),
        ("id: ID!, text: String", "text: String, id: ID!"),
        ("Law | Person", "Person | Law"),
        ("FIELD | QUERY", "QUERY | FIELD"),
    )
    assert digest(other) == digest(CONTRACT)
    assert difference(CONTRACT, other) == []


def test_the_text_made_from_the_coordinates_is_the_same_contract() -> None:
    assert contract_of(sdl_of(CONTRACT)) == CONTRACT


def test_nothing_of_the_real_contract_is_lost_on_the_way() -> None:
    schema = engine().schema
    with_arguments = [
        f"{kind.name}.{field}({argument}:)"
        for kind in schema.type_map.values()
        for field, declared in getattr(kind, "fields", {}).items()
        for argument in getattr(declared, "args", {})
        if not kind.name.startswith("__")
    ]
    contract = contract_of(print_schema(schema))
    assert contract_of(sdl_of(contract)) == contract
    assert sorted(with_arguments) == sorted(coordinate for coordinate in contract if coordinate.endswith(":)"))


@pytest.mark.parametrize("text", ["type {", "extend type Query { a: Int }", "schema { query: Query }"])
def test_what_is_no_whole_contract_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        contract_of(text)


def test_a_coordinate_knows_its_name_and_its_place() -> None:
    assert [parent(c) for c in ("Law", "Law.name", "Query.law(id:)", "@slow(why:)")] == [
        "",
        "Law",
        "Query.law",
        "@slow",
    ]
    assert [name(c) for c in ("Law", "Law.name", "Query.law(id:)", "@slow(why:)")] == ["Law", "name", "id", "why"]
    assert is_within("Query.law(id:)", "Query.law")
    assert is_within("Query.law(id:)", "Query")
    assert not is_within("Query.laws", "Query.law")
    assert not is_within("Lawyer", "Law")


# What is written instead of what, the lines that tell of it, and whether a client breaks.
CASES = {
    "field added": (("Law implements Named {", "Law implements Named { year: Int"), ["added `Law.year`: `Int`"], False),
    "type added, with all its fields": (
        ("scalar Day", "type Court { judges(first: Int): Int } scalar Day"),
        ["added `Court`: `type`"],
        False,
    ),
    "value added": (("ACT RULE", "ACT RULE NOTE"), ["added `Kind.NOTE`: `value`"], False),
    "argument added": (("text: String)", "text: String, day: Day)"), ["added `Query.law(day:)`: `Day`"], False),
    "required argument added": (
        ("text: String)", "text: String, day: Day!)"),
        ["added `Query.law(day:)`: `Day!`"],
        True,
    ),
    "argument made required": (
        ("text: String)", "text: String!)"),
        ["changed `Query.law(text:)`: `String` → `String!`"],
        True,
    ),
    "default taken from what is required": (
        ("Int! = 20", "Int!"),
        ["changed `Query.laws(first:)`: `Int! = 20` → `Int!`"],
        True,
    ),
    "required input field added": (("By {", "By { day: Day!"), ["added `By.day`: `Day!`"], True),
    "argument made optional": (("id: ID!", "id: ID"), ["changed `Query.law(id:)`: `ID!` → `ID`"], False),
    "field removed, with its arguments": (
        ("laws(first: Int! = 20): [Law!]", ""),
        ["removed `Query.laws`: `[Law!]`", "removed `Query.laws(first:)`: `Int! = 20`"],
        True,
    ),
    "field made nullable": (("kind: Kind! }", "kind: Kind }"), ["changed `Law.kind`: `Kind!` → `Kind`"], True),
    "field made non-null": (("[Law!]", "[Law!]!"), ["changed `Query.laws`: `[Law!]` → `[Law!]!`"], False),
    "value removed": (("ACT RULE", "ACT"), ["removed `Kind.RULE`: `value`"], True),
    "type out of a union": (
        ("Law | Person", "Law"),
        ["changed `Found`: `union = Law | Person` → `union = Law`"],
        True,
    ),
    "type out of an interface": (
        ("Person implements Named", "Person"),
        ["changed `Person`: `type implements Named` → `type`"],
        True,
    ),
    "directive out of a place": (
        (" | QUERY", ""),
        ["changed `@slow`: `repeatable on FIELD | QUERY` → `repeatable on FIELD`"],
        True,
    ),
    "field deprecated": (
        ("kind: Kind! }", 'kind: Kind! @deprecated(reason: "old") }'),
        ['deprecated `Law.kind`: `Kind!` → `Kind! @deprecated(reason: "old")`'],
        False,
    ),
    "field deprecated and changed at once": (
        ("kind: Kind! }", 'kind: Kind @deprecated(reason: "old") }'),
        ['changed `Law.kind`: `Kind!` → `Kind @deprecated(reason: "old")`'],
        True,
    ),
}


@pytest.mark.parametrize(("pair", "lines", "breaks"), CASES.values(), ids=CASES)
def test_a_change_is_told_by_coordinate_and_judged(pair: tuple[str, str], lines: list[str], breaks: bool) -> None:
    after = changed(pair)
    assert [write_change(change) for change in difference(CONTRACT, after)] == [f"- {line}" for line in lines]
    assert bool(breaking(CONTRACT, after)) is breaks
    assert digest(after) != digest(CONTRACT)


@pytest.mark.parametrize("case", ["value added", "argument added"])
def test_what_only_a_careful_client_bears_is_named(case: str) -> None:
    assert len(dangerous(CONTRACT, changed(CASES[case][0]))) == 1


def test_kinds_stand_together_additions_first() -> None:
    after = changed(CASES["value removed"][0], CASES["field made nullable"][0], CASES["required input field added"][0])
    kinds = [change.kind for change in difference(CONTRACT, after)]
    assert kinds == ["added", "changed", "removed"]


def above(coordinate: str) -> list[str]:
    return [coordinate, *above(parent(coordinate))] if coordinate else []


def whole(contract: dict[str, str]) -> dict[str, str]:
    """Without parts whose whole is missing."""
    return {c: stands for c, stands in contract.items() if all(part in contract for part in above(c))}


contracts = st.dictionaries(st.sampled_from(sorted(CONTRACT)), st.sampled_from(["Int", "Day!", "Day! = 1"])).map(whole)


@given(contracts, contracts)
def test_the_lines_lead_back_to_the_contract_before(before: dict[str, str], after: dict[str, str]) -> None:
    assert undone(after, difference(before, after)) == before


@pytest.mark.parametrize("case", CASES)
def test_lines_that_did_not_lead_to_a_contract_are_refused(case: str) -> None:
    changes = difference(CONTRACT, changed(CASES[case][0]))
    with pytest.raises(ValueError, match=r"is not what the entry says"):
        undone(CONTRACT, changes)
