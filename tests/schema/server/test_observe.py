"""What is noticed of each operation, by HTTP and over sockets, and what never is."""

import asyncio
from typing import Any

import pytest
from django.db import connection

from backend.schema.server.context import Context
from backend.schema.server.observe import KEPT_CHARACTERS, KEPT_STATEMENTS, Observation, Observer
from tests.schema.server.conftest import Tiny
from tests.schema.server.limited import ENDLESS, Slow, until
from tests.schema.server.sockets.clients import Client


class Witness:
    """A recorder that keeps everything."""

    def __init__(self) -> None:
        self.seen: list[Observation] = []
        self.ids: list[str] = []
        self.closed = False

    def record(self, seen: Observation, request_id: str) -> None:
        self.seen.append(seen)
        self.ids.append(request_id)

    async def close(self) -> None:
        self.closed = True


@pytest.fixture
def witness() -> Witness:
    return Witness()


@pytest.fixture
def slow(witness: Witness, one_thread: None) -> Slow:
    """A server, watched."""
    server = Slow(seconds=60)
    server.engine.observer = Observer(witness)
    return server


def test_an_operation_over_http(slow: Slow, witness: Witness) -> None:
    (response,) = slow.ask("query Feed { one again: one }")
    (seen,) = witness.seen
    assert (seen.kind, seen.name, seen.status, list(seen.codes)) == ("query", "Feed", 200, [])
    assert seen.digest == slow.engine.documents.load("query Feed { one again: one }").digest
    assert seen.cost > 0
    assert seen.statements == 2
    assert [statement.text for statement in seen.kept] == ["SELECT 1", "SELECT 1"]
    assert 0 < seen.sql_seconds < seen.seconds
    assert witness.ids == [response.headers["x-request-id"]]


@pytest.mark.parametrize(
    ("query", "kind", "codes"),
    [
        ("{ nothing }", "", ["GRAPHQL_VALIDATION_FAILED"]),
        ("{", "", ["GRAPHQL_PARSE_FAILED"]),
        ("subscription { one }", "subscription", ["BAD_REQUEST"]),
        ("query A { one } query B { one }", "", ["GRAPHQL_VALIDATION_FAILED"]),
    ],
)
def test_what_never_became_an_operation(slow: Slow, witness: Witness, query: str, kind: str, codes: list[str]) -> None:
    slow.ask(query)
    (seen,) = witness.seen
    assert (seen.kind, seen.name, list(seen.codes)) == (kind, "", codes)


def test_a_body_that_is_no_request(slow: Slow, witness: Witness) -> None:
    async def run() -> None:
        await slow.post("{ one }", headers={"content-type": "text/plain"})

    asyncio.run(run())
    assert [(seen.status, list(seen.codes), seen.kind) for seen in witness.seen] == [(415, ["BAD_REQUEST"], "")]


def test_statements_are_kept_without_parameters_and_not_without_end() -> None:
    seen = Observation()
    for _ in range(KEPT_STATEMENTS + 5):
        seen.statement(0.001, "SELECT " + "x" * 2 * KEPT_CHARACTERS)
    seen.statement()
    assert seen.statements == KEPT_STATEMENTS + 6
    assert len(seen.kept) == KEPT_STATEMENTS
    assert {len(each.text) for each in seen.kept} == {KEPT_CHARACTERS}


def test_a_recorder_hears_of_an_operation_once(witness: Witness) -> None:
    observer, context = Observer(witness), Context()
    observer.finish(context.seen, context.request_id)
    observer.finish(context.seen, context.request_id)
    assert len(witness.seen) == 1
    asyncio.run(observer.close())
    assert witness.closed


@pytest.mark.parametrize(
    ("headers", "upstream"),
    [
        ({"x-request-id": "4bf92f3577b34da6"}, "4bf92f3577b34da6"),
        ({"x-request-id": "short"}, ""),
        ({"x-request-id": "x" * 65}, ""),
        ({"x-request-id": 'evil"\n{"level":"ERROR"}'}, ""),
        ({}, ""),
    ],
)
def test_a_proxys_number_is_kept_beside_ours_where_it_is_one(headers: dict[str, str], upstream: str) -> None:
    seen = Observation()
    seen.come_from(headers)
    assert seen.upstream_id == upstream


@pytest.mark.parametrize(("proxies", "upstream"), [(0, ""), (1, "4bf92f3577b34da6")])
def test_no_client_chooses_the_number_of_its_request(slow: Slow, witness: Witness, proxies: int, upstream: str) -> None:
    server = Slow(trusted_proxies=proxies, seconds=60)
    server.engine.observer = Observer(witness)

    async def run() -> Any:
        return await server.post("{ one }", headers={"x-request-id": "4bf92f3577b34da6"})

    response = asyncio.run(run())
    assert response.headers["x-request-id"] == witness.ids[0] != "4bf92f3577b34da6"
    assert witness.seen[0].upstream_id == upstream


def test_what_was_stopped_is_told_with_the_statement_that_was_stopped(slow: Slow, witness: Witness) -> None:
    stopped = Slow(seconds=0.5)
    stopped.engine.observer = Observer(witness)
    stopped.ask("query Slow { endless }")
    (seen,) = witness.seen
    assert (seen.status, list(seen.codes), seen.name) == (503, ["TIMED_OUT"], "Slow")
    assert [each.text for each in seen.kept] == [ENDLESS[connection.vendor]]


def test_operations_of_a_socket_and_the_events_that_they_lead_to(tiny: Tiny, witness: Witness) -> None:
    tiny.engine.observer = Observer(witness)
    with Client(tiny) as client:
        assert client.ask("query Who { who refuse }")["data"] == {"who": None, "refuse": None}
        client.subscribe("subscription Follow { numbers }", "1")
        asyncio.run(until(lambda: tiny.open_streams == 1))
        tiny.grow(2)
        asyncio.run(until(lambda: len(witness.seen) == 4))
    told = [(seen.kind, seen.name, list(seen.codes)) for seen in witness.seen]
    assert told == [
        ("query", "Who", ["REFUSED"]),
        ("subscription", "Follow", []),
        ("event", "Follow", []),
        ("event", "Follow", []),
    ]
    assert len(set(witness.ids)) == 4
