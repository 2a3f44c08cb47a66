"""What a document may ask for."""

import time

import httpx
import pytest
from graphql import OperationDefinitionNode, parse

from backend.schema.endpoint import engine
from backend.schema.server import limits
from backend.schema.server.documents import InvalidDocument
from tests.conftest import Ask
from tests.schema.server.conftest import Tiny


def cost(text: str, **variables: object) -> int:
    document = parse(text)
    operation = next(node for node in document.definitions if isinstance(node, OperationDefinitionNode))
    return limits._Walk(document, variables).cost(operation.selection_set)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("{ a }", 1),
        ("{ a { b c } }", 3),
        ("{ list(first: 10) { edges { node { x y } } } }", 1 + 10 * (1 + 1 + 2)),
        ("{ list(last: 3) { x } }", 1 + 3),
        ("{ list { edges { node { x } } } }", 1 + limits.DEFAULT_ROWS * 3),
        ("{ list(first: 10) { edges { node { inner(first: 10) { x } } } } }", 1 + 10 * (2 + 1 + 10)),
        ("{ list(first: 2) { ...f } } fragment f on T { x ... on U { y } }", 1 + 2 * 2),
        ("{ list(first: -5) { x } }", 2),
    ],
)
def test_a_field_costs_one_for_each_row_that_may_hold_it(text: str, expected: int) -> None:
    assert cost(text) == expected


def test_a_size_may_come_as_a_variable() -> None:
    text = "query($n: Int) { list(first: $n) { x } }"
    assert cost(text, n=7) == 8
    assert cost(text) == cost(text, n="many") == 1 + limits.DEFAULT_ROWS


def test_chained_fragments_cost_no_time_of_ours() -> None:
    links = " ".join(f"fragment f{n} on T {{ a: x {{ ...f{n + 1} }} b: x {{ ...f{n + 1} }} }}" for n in range(40))
    text = f"{{ root {{ ...f0 }} }} {links} fragment f40 on T {{ x }}"
    started = time.process_time()
    assert cost(text) > 2**40
    assert limits.depth_errors(parse(text))
    assert time.process_time() - started < 1


@pytest.mark.parametrize(
    "text",
    [
        "{ " + " ".join(f"a{n}: __typename" for n in range(limits.MAX_FIELDS_IN_A_SET + 1)) + " }",
        "{ " + "__typename " * (limits.MAX_SAME_NAME_IN_A_SET + 1) + "}",
        "{ viewer { " + "id " * (limits.MAX_SAME_NAME_IN_A_SET + 1) + "} }",
        "{ __typename } " + " ".join(f"fragment f{n} on Query {{ __typename }}" for n in range(51)),
        "mutation { " + " ".join(f"m{n}: signOut(input: {{}}) {{ errors {{ code }} }}" for n in range(6)) + " }",
        'subscription { groupMessages(groupId: "x") @skip(if: true) { seq } }',
        "{ __schema { queryType " + "{ ofType " * 15 + "{ name }" + " }" * 15 + " } }",
    ],
    ids=["many fields", "one field often", "nested", "fragments", "mutations", "skipped subscription", "deep"],
)
def test_a_document_of_a_bad_shape_is_refused(text: str) -> None:
    with pytest.raises(InvalidDocument) as refused:
        engine().documents.load(text)
    assert any("一" <= character <= "鿿" for character in str(refused.value.errors[0].message))


def test_a_hundred_expensive_lists_are_refused_and_a_full_feed_is_not(ask: Ask) -> None:
    lists = " ".join(
        f'a{n}: lawArticles(version: "x", first: 100) {{ edges {{ node {{ id label text law {{ name }} }} }} }}'
        for n in range(90)
    )
    with pytest.raises(limits.TooCostly):
        ask(f"{{ {lists} }}")
    feed = """{ feed(first: 100) { edges { cursor node {
      id title summary publishedAt cover { id url width height bytes }
      body { __typename ... on HeadingBlock { id text } ... on ParagraphBlock { id text } }
      citations { quote text article { id label validity validityLabel law { name shortName } } }
    } } pageInfo { hasNextPage endCursor } } }"""
    assert "errors" not in ask(feed)


def test_the_refusal_over_http(tiny: Tiny, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MAX_COST", 1)
    body = {"query": "{ hello who }"}
    new = httpx.post(tiny.url, json=body, headers={"accept": "application/graphql-response+json"})
    assert (new.status_code, httpx.post(tiny.url, json=body).status_code) == (400, 200)
    assert new.json()["errors"][0]["extensions"]["code"] == "QUERY_TOO_COSTLY"


def test_a_wrong_variable_is_the_clients_and_stays_out_of_the_log(tiny: Tiny, caplog: pytest.LogCaptureFixture) -> None:
    body = {"query": "query($t: String!) { echo(text: $t) }", "variables": {"t": 13800138000}}
    answer = httpx.post(tiny.url, json=body).json()
    assert answer["errors"][0]["extensions"]["code"] == "GRAPHQL_VALIDATION_FAILED"
    assert "13800138000" not in caplog.text


def test_what_an_unexpected_error_says_stays_out_of_the_log_of_production(
    tiny: Tiny, caplog: pytest.LogCaptureFixture, settings: object
) -> None:
    settings.DEVELOPMENT = False  # type: ignore[attr-defined]
    answer = httpx.post(tiny.url, json={"query": "{ fail }"}).json()
    assert answer["errors"][0]["extensions"]["id"] in caplog.text
    assert "RuntimeError" in caplog.text
    assert "hunter2" not in caplog.text


def test_a_failure_of_the_sign_in_itself_is_told_as_one(tiny: Tiny, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_token: str) -> None:
        raise RuntimeError("the database is away")

    monkeypatch.setattr(tiny, "identify", broken)
    answer = httpx.post(tiny.url, json={"query": "{ hello }"})
    assert answer.status_code == 500
    assert answer.json()["errors"][0]["extensions"]["code"] == "INTERNAL"
