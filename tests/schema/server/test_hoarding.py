"""What strangers send is not kept: neither what their JSON is parsed into, nor their headers, nor their variants."""

import asyncio
import time
from typing import Any

import httpx
import orjson
import pytest
from graphql import get_operation_ast, parse

from backend.schema import schema
from backend.schema.plans.kept import MAX_VARIANTS, Plans
from backend.schema.server import requests
from backend.schema.server.context import Context
from backend.schema.server.deadline import TimedOut, TimeLimit
from backend.schema.server.limits import Limits
from backend.schema.server.negotiation import GRAPHQL_RESPONSE, JSON, MAX_ACCEPT_CHARACTERS, response_type
from backend.schema.server.observe import Observation
from backend.schema.server.shortcuts import Shortcut, Shortcuts, looks_of


async def nothing() -> dict[str, Any]:
    raise AssertionError("a GET has no body")


def read(address: bytes) -> requests.Parameters:
    scope = {"method": "GET", "query_string": address}
    return asyncio.run(requests.read_parameters(scope, {}, nothing, Limits()))


@pytest.mark.parametrize(
    "opening", ["variables=%7B", "variables={", "v%61riables=%7b", "variables=+{", "variables=%0A%7B"]
)
def test_variables_of_an_address_are_not_kept(opening: str) -> None:
    kept = len(requests._kept)
    for number in range(5):
        address = f'query={{a}}&extensions={{}}&{opening}"a":{number}}}'
        assert read(address.encode()).query == "{a}"
    assert len(requests._kept) == kept
    known = f"{len(opening):064x}"
    assert read(f"documentId={known}".encode()).digest == known
    assert len(requests._kept) == kept + 1


def test_a_long_accept_is_refused_and_not_kept(tiny: Any) -> None:
    refused = httpx.get(tiny.url, params={"query": "{ __typename }"}, headers={"accept": "a/b," * 500})
    assert (refused.status_code, refused.json()["errors"][0]["extensions"]["code"]) == (431, "BAD_REQUEST")
    looks = looks_of({"method": "GET", "query_string": b"q", "headers": [(b"accept", b"x" * 5000)]})
    shortcuts = Shortcuts()
    shortcuts.learn(looks, Shortcut("key", JSON, Observation()))
    assert shortcuts.find(looks) is None
    assert response_type("*/*" + " " * (MAX_ACCEPT_CHARACTERS - 3)) == JSON


def test_what_a_client_excludes_it_does_not_get() -> None:
    assert response_type("*/*;q=1, application/json;q=0") == GRAPHQL_RESPONSE
    assert response_type("application/json") == response_type("*/*") == JSON


def test_a_charset_beside_other_parameters_is_understood(tiny: Any) -> None:
    for parameters, status in (("charset=utf-8; x=1", 200), ("x=1", 200), ("x=1; charset=latin-1", 415)):
        headers = {"content-type": f"application/json; {parameters}"}
        answer = httpx.post(tiny.url, content=orjson.dumps({"query": "{ __typename }"}), headers=headers)
        assert answer.status_code == status


def test_one_document_has_so_many_variants_and_no_more() -> None:
    plans = Plans(schema.graphql_schema, size=100)
    names = [f"v{n}" for n in range(8)]
    declared = ", ".join(f"${name}: Boolean!" for name in names)
    fields = " ".join(f"a{name}: __typename @include(if: ${name})" for name in names)
    document = parse(f"query({declared}) {{ laws {{ edges {{ node {{ id {fields} }} }} }} }}")
    operation = get_operation_ast(document)
    assert operation is not None
    made = []
    for number in range(60):
        variables = {name: bool(number >> bit & 1) for bit, name in enumerate(names)}
        made.append(plans.plan("stranger", document, operation, variables)[1] is not None)
    assert made == [True] * MAX_VARIANTS + [False] * (60 - MAX_VARIANTS)
    assert plans.known("stranger", operation, variables) == (True, None)


def test_a_plan_that_is_only_looked_at_stays(tiny: Any) -> None:
    plans = Plans(schema.graphql_schema, size=3)
    document = parse("{ laws { edges { node { id } } } }")
    operation = get_operation_ast(document)
    assert operation is not None
    plan = plans.plan("ours", document, operation, {})[1]
    for number in range(10):
        assert plans.known("ours", operation, {}) == (True, plan)
        plans.plan(f"stranger {number}", document, operation, {})


def test_a_stream_is_opened_under_the_time_limit() -> None:
    context = Context(limit=TimeLimit(0.2, grace=0.2))

    async def story() -> None:
        with pytest.raises(TimedOut):
            await context.in_thread(_stays_until_stopped)

    asyncio.run(story())


def _stays_until_stopped() -> None:
    from backend.schema.server.deadline import current

    while True:
        current().check()
        time.sleep(0.01)
