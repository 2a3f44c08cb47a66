"""Whatever clients call things, and whatever they send, it cannot reach the text of a plan or of its SQL."""

from collections.abc import Callable
from typing import Any

import pytest

from backend.accounts.models import User
from backend.regions.models import Division
from backend.schema import schema as contract
from backend.schema.server.ids import encode_id
from backend.statutes.models import Law
from tests.schema.plans.comparing import Both

Make = Callable[..., Any]

KEYS = {
    "of Python": ("None", "True", "lambda", "def", "import", "class", "__class__", "__import__", "__builtins__"),
    "of JavaScript": ("__proto__", "constructor", "prototype", "hasOwnProperty"),
    "of the generated code": ("rows", "made", "assemble", "c", "p", "n", "r", "required", "Lists", "enumerate"),
    "of its values": tuple(f"{letter}{n}" for letter in "rv" for n in range(8)),
    "long": ("x" * 200, "_" * 200, "r" + "0" * 199),
    "of other fields": ("name", "words", "versions", "edges", "cursor"),
}


@pytest.mark.parametrize("kind", KEYS)
def test_any_name_may_be_a_key(both: Both, enact: Make, kind: str) -> None:
    enact(2)
    keys = KEYS[kind]
    columns = " ".join(f"{key}: department" for key in keys)
    lists = " ".join(f"{key}: words {{ {key}: word x: letters }}" for key in keys)
    pages = " ".join(f"{key}: pageInfo {{ {key}: endCursor }}" for key in keys)
    for text in (
        f"{{ laws {{ {columns} }} }}",
        f"{{ laws {{ {lists} }} }}",
        f"{{ lawPage {{ {pages} {keys[0]}_: edges {{ {keys[0]}: cursor }} }} }}",
        f"{{ {' '.join(f'{key}: lawCount' for key in keys)} }}",
    ):
        plan, _ = both.agree(text)
        assert plan.data


@pytest.mark.parametrize("name", ["None", "lambda", "rows", "__proto__", "x" * 200])
def test_any_name_may_be_one_of_an_operation_a_fragment_or_a_variable(both: Both, enact: Make, name: str) -> None:
    enact(2)
    text = (
        f"query {name}(${name}: String, $on: Boolean!) {{ laws {{ ...{name} }} lawCount(name: ${name}) }}"
        f" fragment {name} on LawPage {{ name @include(if: $on) versions {{ {name}: title }} }}"
    )
    plan, _ = both.agree(text, variables={name: "law1", "on": True}, name=name)
    assert plan.data["lawCount"] == 1


TEXTS = {
    "quotes": "'\"`",
    "an injection": "x'); DROP TABLE law; --",
    "percent signs": "%s %(a)s %% % {0} {r0}",
    "question marks": "? ?1 :a $1 @a",
    "backslashes": "\\ \\' \\x00 \\N{BULLET}",
    "emoji": "𠮷🧑‍🌾",
    "lines": "a\nb\r\n\u2028c",
    "surrogate of its own": "\ud800",
    "a very long text": "长" * 20_000,
}


@pytest.mark.parametrize("kind", TEXTS)
def test_any_text_may_be_a_value(both: Both, enact: Make, kind: str) -> None:
    enact(1)
    value = TEXTS[kind]
    if kind not in ("surrogate of its own", "a very long text"):
        Law.objects.create(name=value, short_name=value, kind="法律", department=value)
    for text in (
        "query($x: String!) { law(name: $x) { name department words { word law { name } laws { name } } } }",
        "query($x: String!) { lawCount(name: $x) lawPage(name: $x) { edges { node { name } } } }",
        "query($x: String!) { words(text: $x) { word size law { name } } }",
    ):
        plan, core = both.agree(text, variables={"x": value})
        assert plan.answer is not None or core.errors
    assert Law.objects.count() in (1, 2)


def test_nul_is_looked_for_where_the_database_knows_it(both: Both, enact: Make) -> None:
    """PostgreSQL takes no NUL; then both ways fail, and nothing else does."""
    from django.db import connection

    enact(1)
    plan, core = both.agree("query($x: String!) { lawCount(name: $x) }", variables={"x": "a\x00b"})
    assert (plan.answer is None) == bool(core.errors) == (connection.vendor == "postgresql")


@pytest.mark.parametrize(
    "key", [0, 1, -1, (1 << 31) - 1, 1 << 31, (1 << 63) - 1, 1 << 63, 1 << 200, "1 OR 1=1", "١", "1_0", " 1", "1e3", ""]
)
def test_any_number_may_be_a_key(divisions: dict[str, Division], enact: Make, key: Any) -> None:
    enact(1)
    both = Both(contract.graphql_schema)
    text = "query($l: ID!, $a: ID!) { law(id: $l) { shortName } article(id: $a) { label } }"
    plan, core = both.agree(text, variables={"l": encode_id("Law", key), "a": encode_id("Article", key)})
    assert (plan.answer is None) == bool(core.errors)
    nodes = "query($ids: [ID!]!) { nodes(ids: $ids) { id __typename } }"
    both.agree(nodes, variables={"ids": [encode_id(name, key) for name in ("Law", "Article", "Message")]})


def test_numbers_in_variables_keep_to_their_type(both: Both, enact: Make) -> None:
    enact(1)
    text = "query($n: Int) { lawPage(first: $n) { edges { cursor } } }"
    for number, planned in ((1, True), (1.0, True), (100, True), (0, False), (1 << 31, False), (1 << 70, False)):
        plan, _ = both.agree(text, variables={"n": number})
        assert (plan.answer is not None) == planned, number


def test_what_people_wrote_comes_back_as_it_is(divisions: dict[str, Division], make_user: Callable[..., User]) -> None:
    both = Both(contract.graphql_schema)
    for name in ("'\"`\\", "%s {0}", "𠮷🧑‍🌾", "\u2028", "</script>"):
        viewer = make_user(nickname=name)
        plan, _ = both.agree("{ viewer { nickname displayName } }", viewer)
        assert plan.data == {"viewer": {"nickname": name, "displayName": name}}
