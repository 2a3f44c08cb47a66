"""graphql-transport-ws, over real websockets."""

import asyncio
import json
import time
from typing import Any

import pytest
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

from backend.schema.server import sessions
from backend.schema.server import socket as under_test
from backend.schema.server.sessions import Sessions
from tests.schema.server.conftest import Tiny


def open_socket(tiny: Tiny, *, init: bool = True, payload: Any = None) -> ClientConnection:
    client = connect(tiny.url.replace("http", "ws", 1), subprotocols=["graphql-transport-ws"])
    if init:
        send(client, type="connection_init", **({} if payload is None else {"payload": payload}))
        assert receive(client) == {"type": "connection_ack"}
    return client


def send(client: ClientConnection, **message: Any) -> None:
    client.send(json.dumps(message))


def receive(client: ClientConnection) -> Any:
    return json.loads(client.recv(timeout=5))


def subscribe(client: ClientConnection, query: str, identifier: str = "1", **variables: Any) -> None:
    send(client, type="subscribe", id=identifier, payload={"query": query, "variables": variables})


def closed_with(client: ClientConnection) -> tuple[int, str]:
    def drain() -> None:
        while True:
            client.recv(timeout=5)

    with pytest.raises(ConnectionClosed) as closed:
        drain()
    assert closed.value.rcvd is not None
    return closed.value.rcvd.code, closed.value.rcvd.reason


def test_queries_mutations_and_refusals_run_over_a_socket(tiny: Tiny) -> None:
    with open_socket(tiny, payload={"Authorization": "Bearer alice"}) as client:
        subscribe(client, "{ who }")
        assert receive(client) == {"id": "1", "type": "next", "payload": {"data": {"who": "alice"}}}
        assert receive(client) == {"id": "1", "type": "complete"}
        subscribe(client, "mutation { bump }")
        assert receive(client)["payload"] == {"data": {"bump": 1}}
        assert receive(client)["type"] == "complete"
        for query, expected in (("{", "GRAPHQL_PARSE_FAILED"), ("{ nope }", "GRAPHQL_VALIDATION_FAILED")):
            subscribe(client, query)
            message = receive(client)
            assert (message["type"], message["payload"][0]["extensions"]["code"]) == ("error", expected)
        send(client, type="ping")
        assert receive(client) == {"type": "pong"}
        send(client, type="pong")


@pytest.mark.parametrize(
    ("messages", "code"),
    [
        (["not json"], 4400),
        (["[]"], 4400),
        (['{"type":"start"}'], 4400),
        (['{"type":"connection_init","payload":7}'], 4400),
        (['{"type":"subscribe","id":"1","payload":{"query":"{hello}"}}'], 4401),
        (['{"type":"connection_init","payload":{"Authorization":"Bearer expired"}}'], 4403),
        (['{"type":"connection_init"}', '{"type":"connection_init"}'], 4429),
        (['{"type":"connection_init"}', '{"type":"subscribe","id":"1","payload":{}}'], 4400),
        (['{"type":"connection_init"}', '{"type":"subscribe","payload":{"query":"{hello}"}}'], 4400),
    ],
)
def test_a_broken_protocol_closes_with_its_code(tiny: Tiny, messages: list[str], code: int) -> None:
    client = open_socket(tiny, init=False)
    for index, message in enumerate(messages):
        client.send(message)
        if index < len(messages) - 1:
            assert receive(client)["type"] == "connection_ack"
    closed, reason = closed_with(client)
    assert closed == code
    assert reason


def test_bytes_are_refused(tiny: Tiny) -> None:
    client = open_socket(tiny, init=False)
    client.send(b"{}")
    assert closed_with(client)[0] == 4400


def test_the_same_id_twice_closes(tiny: Tiny) -> None:
    client = open_socket(tiny)
    subscribe(client, "subscription { numbers }")
    subscribe(client, "subscription { numbers }")
    assert closed_with(client) == (4409, "Subscriber for 1 already exists")


def test_another_subprotocol_is_refused(tiny: Tiny) -> None:
    client = connect(tiny.url.replace("http", "ws", 1))
    assert closed_with(client)[0] == 4406


def test_who_does_not_introduce_themselves_in_time_is_sent_away(tiny: Tiny, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(under_test, "INIT_SECONDS", 0.1)
    assert closed_with(open_socket(tiny, init=False))[0] == 4408


def test_a_socket_ends_with_its_token(tiny: Tiny) -> None:
    client = open_socket(tiny, payload={"Authorization": "Bearer brief"})
    assert closed_with(client) == (4403, "TOKEN_EXPIRED")


def test_who_signed_out_elsewhere_can_do_nothing_more_on_an_open_socket(tiny: Tiny) -> None:
    client = open_socket(tiny, payload={"Authorization": "Bearer alice"})
    tiny.ended.add("alice")
    subscribe(client, "mutation { bump }")
    assert closed_with(client) == (4403, "TOKEN_INVALID")
    assert tiny.bumps == 0


def test_an_open_subscription_ends_soon_after_its_token(tiny: Tiny, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sessions, "RECHECK_SECONDS", 0.1)
    alice = open_socket(tiny, payload={"Authorization": "Bearer alice"})
    bob = open_socket(tiny, payload={"Authorization": "Bearer bob"})
    for client in (alice, bob):
        subscribe(client, "subscription { numbers }")
    _until(lambda: tiny.open_streams == 2)
    tiny.ended.add("alice")
    assert closed_with(alice) == (4403, "TOKEN_INVALID")
    _until(lambda: tiny.open_streams == 1)
    tiny.grow(1)
    assert numbers(bob, 1) == [1]
    bob.close()


def numbers(client: ClientConnection, count: int) -> list[int]:
    return [receive(client)["payload"]["data"]["numbers"] for _ in range(count)]


def test_a_subscription_replays_what_was_missed_then_follows(tiny: Tiny) -> None:
    tiny.numbers.newest = 250
    with open_socket(tiny) as client:
        subscribe(client, "subscription($after: Int) { numbers(after: $after) }", after=3)
        assert numbers(client, 247) == list(range(4, 251))
        tiny.grow(252)
        assert numbers(client, 2) == [251, 252]
        tiny.grow(253, wake=False)
        tiny.grow(254)
        assert numbers(client, 2) == [253, 254]


def test_followers_of_one_question_share_one_rendering(tiny: Tiny) -> None:
    query = "subscription($after: Int) { numbers(after: $after) }"
    clients = [open_socket(tiny) for _ in range(5)]
    for after, client in enumerate(clients):
        tiny.numbers.newest = max(tiny.numbers.newest, 5)
        subscribe(client, query, after=after)
        assert numbers(client, 5 - after) == list(range(after + 1, 6))
    deadline = time.monotonic() + 5
    while sum(listener._buffer is not None for topic in tiny.hub._topics.values() for listener in topic.listeners) < 5:
        assert time.monotonic() < deadline
        time.sleep(0.01)
    before = tiny.numbers.rendered
    tiny.grow(6)
    assert [numbers(client, 1) for client in clients] == [[6]] * 5
    assert tiny.numbers.rendered == before + 1
    for client in clients:
        client.close()


def test_complete_and_a_closed_socket_end_the_stream(tiny: Tiny) -> None:
    client = open_socket(tiny)
    subscribe(client, "subscription { numbers }", "a")
    subscribe(client, "subscription { numbers }", "b")
    _until(lambda: tiny.open_streams == 2)
    send(client, type="complete", id="a")
    _until(lambda: tiny.open_streams == 1)
    tiny.grow(1)
    assert receive(client)["id"] == "b"
    client.close()
    _until(lambda: tiny.open_streams == 0)
    _until(lambda: not tiny.hub._topics)


def test_too_many_operations_on_one_socket(tiny: Tiny) -> None:
    client = open_socket(tiny)
    for number in range(under_test.MAX_OPERATIONS + 1):
        subscribe(client, "subscription { numbers }", str(number))
    assert closed_with(client)[0] == 4400


def test_what_follows_a_complete_is_not_sent(tiny: Tiny) -> None:
    with open_socket(tiny) as client:
        subscribe(client, "{ slow }", "late")
        send(client, type="complete", id="late")
        time.sleep(0.4)
        subscribe(client, "{ hello }", "next")
        assert receive(client)["id"] == "next"


@pytest.mark.parametrize("failure", [ConnectionResetError, TimeoutError], ids=["gone", "takes nothing more"])
def test_a_client_that_cannot_be_answered_is_no_error_of_ours(
    tiny: Tiny, caplog: pytest.LogCaptureFixture, failure: type[OSError]
) -> None:
    sent: list[str] = []

    async def broken(message: dict[str, Any]) -> None:
        sent.append(message["type"])
        if message["type"] == "websocket.send":
            raise failure

    async def story() -> None:
        consumer = under_test.GraphQLSocket(tiny.engine, Sessions(tiny))
        consumer.scope = {"headers": [], "client": ("127.0.0.1", 1)}
        consumer.base_send = broken
        consumer._operations["1"] = asyncio.current_task()
        await consumer._run("1", under_test.Parameters("{ hello }"))

    asyncio.run(story())
    assert sent == ["websocket.send"] + ["websocket.close"] * (failure is TimeoutError)
    assert [record.message for record in caplog.records if record.levelname in ("WARNING", "ERROR")] == []


def _until(condition: Any) -> None:
    deadline = time.monotonic() + 5
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.01)
