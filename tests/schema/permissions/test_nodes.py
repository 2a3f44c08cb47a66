"""`node` and `nodes` as a client meets them: order, refusals, and what they tell by what they cost."""

from base64 import b64encode
from typing import Any
from uuid import uuid4

import pytest
from graphql import get_operation_ast, parse

from backend.schema.endpoint import engine
from backend.schema.nodes import MAX_IDS
from backend.schema.plans.plan import Plan
from backend.schema.server.ids import encode_id
from tests.schema.permissions.asking import SCHEMA, Asker, statements
from tests.schema.permissions.crawl import crawl
from tests.schema.permissions.many import fifty
from tests.schema.permissions.paths import OWN_WAY
from tests.schema.permissions.rows import TABLES, all_ids, everything
from tests.schema.permissions.world import PERSONAS, World

NODE = "query($id: ID!) { node(id: $id) { __typename id } }"
NODES = "query($ids: [ID!]!) { nodes(ids: $ids) { __typename id } unreadCount }"
TYPES = sorted(OWN_WAY)
UUID = "50c442e0-f842-480c-bac3-de23cf936dad"
by_both = pytest.mark.parametrize("core", [False, True], ids=["by plan", "by graphql-core"])


def text(plain: str) -> str:
    return b64encode(plain.encode()).decode()


def first(of: str) -> str:
    return all_ids(of)[0]


def missing(of: str) -> str:
    return all_ids(of)[-1]


@by_both
def test_nodes_answers_in_the_order_asked_each_as_often_as_asked(world: World, asker: Asker, core: bool) -> None:
    wanted = [first("Law"), first("Message"), missing("Law"), first("Article"), first("Message"), missing("Media")]
    viewer = world.people["resident"]
    answer = asker.respond(NODES, viewer, {"ids": wanted}, core=core)
    assert asker.planned is not core
    named = [("Law", 0), ("Message", 1), None, ("Article", 3), ("Message", 4), None]
    assert answer["data"]["nodes"] == [each and {"__typename": each[0], "id": wanted[each[1]]} for each in named]
    assert asker.respond(NODES, viewer, {"ids": []}, core=core)["data"]["nodes"] == []


@by_both
def test_fragments_on_types_and_on_the_interface_are_worked_in(world: World, asker: Asker, core: bool) -> None:
    query = """query($ids: [ID!]!, $yes: Boolean!) { nodes(ids: $ids) {
      ...Any ... on Message { seq words: text @include(if: $yes) } ... on Law { name @skip(if: $yes) shortName }
      ... on Node { ... on VillageGroup { messages(first: 1) { edges { node { ...Any } } } } }
    } } fragment Any on Node { id }"""
    ids = [first("Message"), first("Law"), first("VillageGroup"), first("Article")]
    answer = asker.respond(query, world.people["resident"], {"ids": ids, "yes": True}, core=core)
    assert asker.planned is not core
    assert answer["data"]["nodes"] == [
        {"id": ids[0], "seq": 1, "words": "《民法典》第一千零六十二条怎么理解？"},
        {"id": ids[1], "shortName": "民法典"},
        {"id": ids[2], "messages": {"edges": [{"node": {"id": ids[0]}}]}},
        {"id": ids[3]},
    ]


MALFORMED = {
    "empty": "",
    "no base64": "x",
    "not ASCII": "编号",
    "no key": text("Message"),
    "empty key": text("Message:"),
    "no type": text(":1"),
    "zero": text("Message:0"),
    "negative": text("Message:-1"),
    "a fraction": text("Message:1.0"),
    "leading zero": text("Message:01"),
    "other digits": text("Message:１"),
    "63 bits and more": text(f"Message:{1 << 63}"),
    "more": text("Message:1 OR 1=1"),
    "no type of ours": text("Nonsense:1"),
    "another case": text("message:1"),
    "no UUID": text("Media:1"),
    "a UUID in capitals": text(f"Media:{UUID.upper()}"),
    "a UUID in braces": text(f"Media:{{{UUID}}}"),
    "a UUID for a number": text(f"Message:{UUID}"),
    "with a line's end": f"{text('Message:1')}\n",
    "with what is no base64 between": f"{text('Message:1')[:4]}!{text('Message:1')[4:]}",
    "of a person": text("Person:1"),
    "of a picture": text(f"Picture:{UUID}"),
    "of a device": text("Device:1"),
    "of a division": text("Division:510114006003"),
}


@pytest.mark.parametrize("case", MALFORMED)
def test_what_is_no_id_of_a_node_is_refused(world: World, asker: Asker, case: str) -> None:
    before = everything()
    for viewer in (None, world.people["resident"]):
        for query, given, field in (
            (NODE, {"id": MALFORMED[case]}, "id"),
            (NODES, {"ids": [first("Law"), MALFORMED[case]]}, "ids"),
        ):
            with statements() as ran:
                answer = asker.respond(query, viewer, given)
            error = answer["errors"][0]
            assert (error["extensions"]["code"], error["extensions"]["field"]) == ("INVALID_ID", field)
            assert answer["data"]["node" if field == "id" else "nodes"] is None
            assert not [sql for sql in ran if "statutes" in sql or "media" in sql or "message" in sql]
    assert everything() == before


def test_a_refused_id_leaves_the_rest_of_the_answer_standing(world: World, asker: Asker) -> None:
    answer = asker.respond(NODES, world.people["resident"], {"ids": ["x"]})
    assert answer["data"]["nodes"] is None
    assert answer["data"]["unreadCount"] > 0


def test_more_than_a_hundred_at_once_are_refused(world: World, asker: Asker) -> None:
    before = everything()
    law = first("Law")
    answer = asker.respond(NODES, None, {"ids": [law] * (MAX_IDS + 1)})
    refused = answer["errors"][0]["extensions"]
    assert (answer["data"]["nodes"], refused["code"], refused["field"]) == (None, "TOO_MANY_IDS", "ids")
    everywhere = asker.respond(NODES, world.people["resident"], {"ids": [law] * MAX_IDS})["data"]["nodes"]
    assert everywhere == [{"__typename": "Law", "id": law}] * MAX_IDS
    assert everything() == before


def test_each_id_is_paid_for_as_a_row() -> None:
    document = engine().documents.load(
        "query($ids: [ID!]!) { nodes(ids: $ids) { ... on Law { name versions { validity } } } }"
    )
    one, hundred = (document.admit(None, {"ids": ["x"] * number}) for number in (1, MAX_IDS))
    assert one > 2
    assert hundred - 1 == MAX_IDS * (one - 1)


@pytest.mark.parametrize("of", TYPES)
def test_an_id_of_one_type_given_as_another_opens_nothing(world: World, asker: Asker, of: str) -> None:
    facts = crawl(asker, world.people["resident"])
    for other in set(TYPES) - {of}:
        for key in TABLES[other].objects.values_list("pk", flat=True):
            answer = asker.respond(NODE, world.people["resident"], {"id": encode_id(of, key)})
            if "Media" in (of, other):
                assert answer["errors"][0]["extensions"]["code"] == "INVALID_ID"
            elif found := answer["data"]["node"]:
                # The two tables count in the same numbers.
                assert found["__typename"] == of
                assert found["id"] in facts.things[of]


@pytest.mark.parametrize(
    ("field", "argument", "of"),
    [
        ("article", "id", "Article"),
        ("contentItem", "id", "ContentItem"),
        ("group", "id", "VillageGroup"),
        ("law", "id", "Law"),
        ("lawArticles", "version", "LawVersion"),
        ("media", "id", "Media"),
    ],
)
def test_fields_of_one_type_take_no_id_of_another(
    world: World, asker: Asker, field: str, argument: str, of: str
) -> None:
    for other in set(TYPES) - {of}:
        answer = asker.everything("query", field, world.people["resident"], {argument: first(other)})
        assert answer["data"][field] is None
        assert answer["errors"][0]["extensions"]["code"] == "INVALID_ID"


@by_both
@pytest.mark.parametrize("persona", PERSONAS)
def test_what_is_closed_costs_what_a_missing_thing_costs(world: World, asker: Asker, persona: str, core: bool) -> None:
    viewer = world.people[persona]
    compared = 0
    for of in TYPES:
        *ids, none = all_ids(of)
        closed = [each for each, found in zip(ids, asker.by_id(of, ids, viewer), strict=True) if found is None]
        for each in closed:
            assert _ran(asker, of, [each], viewer, core) == _ran(asker, of, [none], viewer, core)
        if closed:
            absent = [encode_id(of, uuid4() if of == "Media" else 987_654_321 + n) for n in range(len(closed))]
            assert _ran(asker, of, closed, viewer, core) == _ran(asker, of, absent, viewer, core)
        compared += len(closed)
    assert compared > 5


def _ran(asker: Asker, of: str, ids: list[str], viewer: Any, core: bool) -> list[str]:
    """The SQL that finds nothing."""
    with statements() as ran:
        if len(ids) == 1:
            assert asker.one_by_id(of, ids[0], viewer, core=core) is None
        assert asker.by_id(of, ids, viewer, core=core) == [None] * len(ids)
    return ran


@by_both
@pytest.mark.parametrize("of", TYPES)
def test_fifty_cost_as_many_statements_as_two(world: World, asker: Asker, of: str, core: bool) -> None:
    viewer, ids = fifty(of, world)
    # Graphql-core reads the pages below several groups one by one; a plan reads them together.
    wanted = "... on VillageGroup { unreadCount village { name } advisor { name } }" if core else None
    counts = []
    for number in (2, 50):
        with statements() as ran:
            if of == "VillageGroup" and wanted:
                query = f"query($ids: [ID!]!) {{ nodes(ids: $ids) {{ {wanted} }} }}"
                found = asker.respond(query, viewer, {"ids": ids[:number]}, core=core)["data"]["nodes"]
            else:
                found = asker.by_id(of, ids[:number], viewer, core=core)
        assert None not in found
        assert len(found) == number
        counts.append(len(ran))
    assert counts[0] == counts[1]


@by_both
def test_ids_of_all_types_cost_a_statement_a_type(world: World, asker: Asker, core: bool) -> None:
    ids = [each for of in TYPES for each in all_ids(of)]
    with statements() as ran:
        asker.respond(NODES.replace("unreadCount", ""), world.people["resident"], {"ids": ids}, core=core)
    assert asker.planned is not core
    assert len(ran) == len(TYPES)


def test_a_key_of_63_bits_names_nothing(world: World, asker: Asker) -> None:
    for of in set(TYPES) - {"Media"}:
        for core in (False, True):
            assert asker.one_by_id(of, encode_id(of, (1 << 63) - 1), world.people["resident"], core=core) is None


def test_no_answer_by_id_is_kept_for_others() -> None:
    document = parse("query($id: ID!) { node(id: $id) { id } }")
    operation = get_operation_ast(document)
    assert operation is not None
    assert Plan(SCHEMA, document, operation, {}).public is False
