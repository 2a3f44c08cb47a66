"""graphql-transport-ws to the letter: what is answered, and with which code and reason a socket closes."""

import json
import logging
import re
from pathlib import Path
from typing import Any

import pytest

from backend.schema.server import protocol
from tests.schema.server.sockets.clients import Client
from tests.schema.server.sockets.conftest import OpenHall
from tests.schema.server.sockets.hall import Hall

INIT = '{"type":"connection_init"}'
HELLO = '{"type":"subscribe","id":"1","payload":{"query":"{hello}"}}'
FOLLOW = '{"type":"subscribe","id":"1","payload":{"query":"subscription{numbers}"}}'


def test_queries_mutations_and_refusals_run_over_a_socket(hall: Hall) -> None:
    with Client(hall, token="alice") as client:
        assert client.ask("{ who }") == {"data": {"who": "alice"}}
        assert client.ask("query($t: String!) { echo(text: $t) }", t="嗨") == {"data": {"echo": "嗨"}}
        assert client.ask("mutation { bump }") == {"data": {"bump": 1}}
        refused = client.ask("{ refuse hello }")
        assert refused["data"] == {"refuse": None, "hello": "你好"}
        assert refused["errors"][0]["extensions"] == {"code": "REFUSED", "field": "x"}
        for query, code in (("{", "GRAPHQL_PARSE_FAILED"), ("{ nope }", "GRAPHQL_VALIDATION_FAILED")):
            client.subscribe(query)
            message = client.receive()
            assert (message["type"], message["payload"][0]["extensions"]["code"]) == ("error", code)
        client.subscribe("query A { hello } query B { hello }")
        assert client.receive()["type"] == "error"
        assert client.settled() == []


def test_an_operation_is_chosen_by_its_name(hall: Hall) -> None:
    with Client(hall) as client:
        payload = {"query": "query A { hello } query B { bee: hello }", "operationName": "B", "extensions": {}}
        client.send(type="subscribe", id="1", payload=payload)
        assert client.receive()["payload"] == {"data": {"bee": "你好"}}


@pytest.mark.parametrize(
    ("messages", "code", "reason"),
    [
        pytest.param(["not json"], 4400, "Messages are JSON", id="no JSON"),
        pytest.param(["[" * 5000], 4400, "Messages are JSON", id="endless JSON"),
        pytest.param([""], 4400, "Messages are JSON", id="nothing"),
        pytest.param(["[]"], 4400, "Messages are objects", id="an array"),
        pytest.param(["{}"], 4400, "Unknown message type", id="no type"),
        pytest.param(['{"type":7}'], 4400, "Unknown message type", id="a type that is no text"),
        pytest.param(['{"type":"start"}'], 4400, "Unknown message type", id="a type of the older protocol"),
        pytest.param(['{"type":"connection_ack"}'], 4400, "Unknown message type", id="what only servers say"),
        pytest.param([INIT, '{"type":"next","id":"1"}'], 4400, "Unknown message type", id="what only servers send"),
        pytest.param([b"{}"], 4400, "Messages are text, not bytes", id="bytes"),
        pytest.param([b""], 4400, "Messages are text, not bytes", id="no bytes"),
        pytest.param(
            ['{"type":"connection_init","payload":7}'],
            4400,
            "The payload of connection_init is an object",
            id="init with a number",
        ),
        pytest.param(
            ['{"type":"connection_init","payload":{"Authorization":7}}'],
            4400,
            "Authorization must be text",
            id="a token that is no text",
        ),
        pytest.param(
            ['{"type":"ping","payload":[]}'], 4400, "The payload of ping is an object", id="ping with an array"
        ),
        pytest.param(['{"type":"pong","payload":""}'], 4400, "The payload of pong is an object", id="pong with a text"),
        pytest.param(
            [INIT, '{"type":"subscribe","payload":{"query":"{hello}"}}'],
            4400,
            "subscribe needs an id",
            id="subscribe without id",
        ),
        pytest.param(
            [INIT, '{"type":"subscribe","id":"","payload":{"query":"{hello}"}}'],
            4400,
            "subscribe needs an id",
            id="subscribe with an empty id",
        ),
        pytest.param([INIT, '{"type":"complete","id":1}'], 4400, "complete needs an id", id="complete with a number"),
        pytest.param(
            [INIT, '{"type":"subscribe","id":"1"}'], 4400, "Invalid payload of subscribe", id="subscribe to nothing"
        ),
        pytest.param(
            [INIT, '{"type":"subscribe","id":"1","payload":{"query":7}}'],
            4400,
            "Invalid payload of subscribe",
            id="a query that is no text",
        ),
        pytest.param(
            [INIT, '{"type":"subscribe","id":"1","payload":{"query":"{hello}","variables":[]}}'],
            4400,
            "Invalid payload of subscribe",
            id="variables that are no object",
        ),
        pytest.param([HELLO], 4401, "Unauthorized", id="subscribe before init"),
        pytest.param(
            ['{"type":"connection_init","payload":{"Authorization":"Bearer expired"}}'],
            4403,
            "TOKEN_EXPIRED",
            id="an expired token",
        ),
        pytest.param(
            ['{"type":"connection_init","payload":{"authorization":"Bearer ended"}}'],
            4403,
            "TOKEN_INVALID",
            id="a revoked token",
        ),
        pytest.param([INIT, FOLLOW, FOLLOW], 4409, "Subscriber for 1 already exists", id="the same id twice"),
        pytest.param([INIT, FOLLOW, HELLO], 4409, "Subscriber for 1 already exists", id="the same id for a query"),
        pytest.param([INIT, INIT], 4429, "Too many initialisation requests", id="init twice"),
    ],
)
def test_a_broken_protocol_closes_with_its_code_and_says_why(
    hall: Hall, messages: list[str | bytes], code: int, reason: str
) -> None:
    hall.ended.add("ended")
    client = Client(hall, init=False)
    for message in messages[:-1]:
        client.socket.send(message)
        if message == INIT:
            assert client.receive() == {"type": "connection_ack"}
    client.socket.send(messages[-1])
    assert client.closed_with() == (code, reason)


def test_every_close_code_is_listed_in_the_api_document_and_no_other() -> None:
    text = (Path(__file__).resolve().parents[4] / "docs" / "api.md").read_text(encoding="utf-8")
    listed = {int(code) for code in re.findall(r"^\| (\d{4}) \|", text, re.MULTILINE)}
    ours = {value for value in vars(protocol).values() if isinstance(value, int) and 1000 <= value < 5000}
    assert listed == ours | {1007, 1009, 1012}  # these three are said below the protocol: see test_wire.py


def test_messages_and_ids_have_bounds_and_reasons_fit_into_a_close_frame(hall: Hall) -> None:
    assert closed_by(hall, json.dumps({"type": "ping", "payload": {"x": "x" * 200_000}}))[0] == 4400
    assert closed_by(hall, json.dumps({"type": "complete", "id": "x" * 201}))[0] == 4400
    client = Client(hall)
    for _ in range(2):
        client.subscribe("subscription { numbers }", "标" * 200)
    code, reason = client.closed_with()
    assert (code, reason) == (4409, "Subscriber for " + "标" * 36)


def closed_by(hall: Hall, text: str) -> tuple[int, str]:
    client = Client(hall)
    client.socket.send(text)
    return client.closed_with()


@pytest.mark.parametrize("subprotocols", [None, ["graphql-ws"]], ids=["none", "the older one"])
def test_another_subprotocol_is_refused(hall: Hall, subprotocols: Any) -> None:
    client = Client(hall, init=False, subprotocols=subprotocols)
    assert client.closed_with() == (4406, "Subprotocol not acceptable")


def test_the_subprotocol_is_found_among_others(hall: Hall) -> None:
    with Client(hall, init=False, subprotocols=["graphql-ws", "graphql-transport-ws"]) as client:
        assert client.socket.subprotocol == "graphql-transport-ws"


def test_who_does_not_introduce_themselves_in_time_is_sent_away(open_hall: OpenHall) -> None:
    client = Client(open_hall(init_seconds=0.1), init=False)
    client.send(type="ping")  # which is no introduction
    assert client.closed_with() == (4408, "Connection initialisation timeout")


def test_a_slow_answer_to_an_introduction_is_not_the_clients_fault(open_hall: OpenHall) -> None:
    hall = open_hall(init_seconds=0.3)
    hall.gate.clear()
    with Client(hall, init=False) as client:
        client.init("held")
        with pytest.raises(TimeoutError):
            client.receive(timeout=0.6)
        hall.gate.set()
        assert client.receive() == {"type": "connection_ack"}


@pytest.mark.parametrize(
    ("message", "closed"),
    [
        pytest.param(INIT, (4429, "Too many initialisation requests"), id="a second init"),
        pytest.param(HELLO, (4401, "Unauthorized"), id="subscribe"),
    ],
)
def test_what_may_not_come_before_the_acknowledgement_is_seen_while_init_is_answered(
    hall: Hall, message: str, closed: tuple[int, str]
) -> None:
    hall.gate.clear()
    client = Client(hall, init=False)
    client.init("held")
    client.socket.send(message)
    assert client.closed_with() == closed
    hall.gate.set()


def test_pings_are_answered_at_any_time_with_their_payload(hall: Hall) -> None:
    hall.gate.clear()
    with Client(hall, init=False) as client:
        client.send(type="ping")
        assert client.receive() == {"type": "pong"}
        client.init("held")
        client.send(type="ping", payload={"a": [1, None, "嗨"]})
        assert client.receive() == {"type": "pong", "payload": {"a": [1, None, "嗨"]}}
        hall.gate.set()
        assert client.receive() == {"type": "connection_ack"}
        client.send(type="ping", payload=None)
        assert client.receive() == {"type": "pong"}
        client.send(type="pong", payload={"unsolicited": True})
        client.complete("never begun")
        assert client.settled() == []


def test_a_failure_of_ours_closes_with_4500_and_tells_nothing(hall: Hall, caplog: pytest.LogCaptureFixture) -> None:
    client = Client(hall, init=False)
    client.init("broken")
    assert client.closed_with() == (4500, "Internal server error")
    [record] = [record for record in caplog.records if record.levelno >= logging.WARNING]
    assert f"RuntimeError: {hall.secret}" in record.getMessage()
    caplog.clear()


def test_a_database_that_is_away_is_no_reason_to_give_up(hall: Hall, caplog: pytest.LogCaptureFixture) -> None:
    """npm's client never tries again after 4500."""
    client = Client(hall, init=False)
    client.init("away")
    assert client.closed_with() == (1013, "Not available: try again later")
    assert [record.levelname for record in caplog.records if record.levelno >= logging.WARNING] == ["ERROR"]
    caplog.clear()
