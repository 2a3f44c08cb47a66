"""What one socket may do, how many there may be, and what becomes of those that are slow, silent or idle."""

import time
from contextlib import suppress
from typing import Any

import pytest
from websockets.exceptions import ConnectionClosed

from backend.live.hub import BUFFER
from backend.schema.server.wire import BoundedWebSocket
from tests.schema.server.sockets.clients import Client, RawClient, until
from tests.schema.server.sockets.conftest import OpenHall
from tests.schema.server.sockets.hall import Hall

TOO_SLOW = (1013, "Too slow: reconnect and resume")
TOO_MANY = (1013, "Too many connections: try again later")
UNANSWERED = (1013, "No answer to a ping: reconnect and resume")


def test_an_operation_too_many_is_refused_and_the_socket_lives(open_hall: OpenHall) -> None:
    hall = open_hall(operations=3)
    hall.gate.clear()
    with Client(hall) as client:
        for number in range(2):
            client.subscribe("subscription { numbers }", str(number))
        client.subscribe("{ held }", "2")
        client.subscribe("mutation { bump }", "3")
        refused = client.receive()
        assert (refused["id"], refused["type"]) == ("3", "error")
        assert refused["payload"][0]["extensions"]["code"] == "TOO_MANY_OPERATIONS"
        client.complete("0")
        assert client.ask("{ hello }", "3") == {"data": {"hello": "你好"}}
        assert hall.bumps == 0
        hall.grow(1)
        assert client.receive()["id"] == "1"


def test_messages_too_many_close_the_socket(open_hall: OpenHall) -> None:
    client = Client(open_hall(burst=10, messages_per_second=0.001))
    with suppress(ConnectionClosed):  # the server may be done before the last is sent
        for _ in range(20):
            client.send(type="pong")
    assert client.closed_with() == (1008, "Too many messages")


def test_messages_may_go_on_as_fast_as_the_allowance_fills_up(open_hall: OpenHall) -> None:
    with Client(open_hall(burst=10, messages_per_second=1_000_000)) as client:
        for _ in range(10):
            for _ in range(10):
                client.send(type="pong")
            assert client.settled() == []


def test_a_socket_on_which_nothing_runs_is_closed_in_time(open_hall: OpenHall) -> None:
    hall = open_hall(idle_seconds=0.3)
    began = time.monotonic()
    assert Client(hall).closed_with() == (1000, "Idle: nothing was asked for 0.3 s")
    assert time.monotonic() - began >= 0.3
    pinging = Client(hall)
    pinging.send(type="ping")
    assert pinging.closed_with()[0] == 1000


def test_a_socket_on_which_something_runs_is_not_idle(open_hall: OpenHall) -> None:
    hall = open_hall(idle_seconds=0.3)
    client = Client(hall)
    client.subscribe("subscription { numbers }", "a")
    client.subscribe("subscription { numbers }", "b")
    client.complete("a")
    with pytest.raises(TimeoutError):
        client.receive(timeout=0.7)
    hall.grow(1)
    assert client.numbers(1) == [1]
    client.complete("b")
    assert client.closed_with()[0] == 1000


def test_a_phone_that_is_gone_is_noticed(open_hall: OpenHall) -> None:
    client = Client(open_hall(ping_seconds=0.2, pong_seconds=0.3))
    client.subscribe("subscription { numbers }")
    assert client.receive() == {"type": "ping"}
    assert client.closed_with() == UNANSWERED


@pytest.mark.parametrize("answer", [{"type": "pong"}, {"type": "complete", "id": "x"}], ids=["pong", "anything"])
def test_a_phone_that_answers_is_kept(open_hall: OpenHall, answer: dict[str, str]) -> None:
    hall = open_hall(ping_seconds=0.05, pong_seconds=1)
    with Client(hall) as client:
        client.subscribe("subscription { numbers }")
        for _ in range(3):
            assert client.receive() == {"type": "ping"}
            client.send(**answer)
        hall.grow(1)
        assert client.numbers(1) == [1]


def test_whoever_speaks_is_not_asked_whether_they_are_there(open_hall: OpenHall) -> None:
    with Client(open_hall(ping_seconds=3, idle_seconds=60)) as client:
        began = time.monotonic()
        while time.monotonic() - began < 4:
            sent = time.monotonic()
            client.send(type="pong")
            time.sleep(0.1)
            if time.monotonic() - sent > 2:
                pytest.skip("this machine stood still")
        assert client.settled() == []


def test_an_address_has_a_bounded_number_of_sockets(open_hall: OpenHall) -> None:
    hall = open_hall(per_address=2, trusted_proxies=1)

    def at(address: str, **options: Any) -> Client:
        return Client(hall, additional_headers={"X-Forwarded-For": address}, **options)

    first, _second = at("192.0.2.1"), at("192.0.2.1")
    assert at("192.0.2.1", init=False).closed_with() == TOO_MANY
    at("192.0.2.2").close()
    first.close()
    until(lambda: hall.application.sockets.places.taken == 1)
    at("192.0.2.1")
    assert at("203.0.113.9, 192.0.2.1", init=False).closed_with() == TOO_MANY
    for number in range(2):
        at(f"2001:db8:1:2::{number}")
    assert at("2001:db8:1:2:ffff::", init=False).closed_with() == TOO_MANY
    at("2001:db8:1:3::").close()


def test_a_process_has_a_bounded_number_of_sockets(open_hall: OpenHall) -> None:
    hall = open_hall(per_process=2, trusted_proxies=1)
    clients = [
        Client(hall, init=False, additional_headers={"X-Forwarded-For": f"192.0.2.{number}"}) for number in range(3)
    ]
    assert clients[2].closed_with() == TOO_MANY
    clients[0].close()
    until(lambda: hall.application.sockets.places.taken == 1)
    with Client(hall) as another:
        assert another.ask("{ hello }") == {"data": {"hello": "你好"}}


class Hasty(BoundedWebSocket):
    """It gives clients little time to read what is left."""

    linger_seconds = 0.5


def unread(hall: Hall) -> int:
    """Bytes that the server holds for clients, beyond what the kernel took."""
    return sum(one.transport.get_write_buffer_size() for one in hall.server.server_state.connections)


def test_a_client_that_reads_nothing_is_let_go_and_costs_a_bounded_buffer(open_hall: OpenHall) -> None:
    hall = open_hall({"ws": Hasty}, send_seconds=0.5)
    client = RawClient(hall).begin()
    size = 500_000
    client.say(type="subscribe", id="1", payload={"query": f"subscription {{ blobs(size: {size}) }}"})
    until(lambda: hall.open_streams == 1)
    largest = 0
    for number in range(1, BUFFER):
        hall.grow(number)
        largest = max(largest, unread(hall))
        if not hall.open_streams:
            break
    until(lambda: not hall.open_streams)
    assert largest < 3 * size
    until(hall.holds_nothing)  # although it never read, nor left
    client.close()


def test_many_large_answers_wait_one_after_another(open_hall: OpenHall) -> None:
    """Answers are not even computed before the network has taken those that came before."""
    hall = open_hall({"ws": Hasty}, send_seconds=1, burst=1000)
    client = RawClient(hall).begin()
    for number in range(50):
        client.say(type="subscribe", id=str(number), payload={"query": "{ big(size: 400000) }"})
    until(lambda: unread(hall) > 0)
    largest = 0
    while hall.application.sockets.places.taken:
        largest = max(largest, unread(hall))
        time.sleep(0.01)
    assert largest < 4 * 3 * 400_000
    until(hall.holds_nothing)
    client.close()


def test_a_client_that_was_slow_can_read_what_it_missed_and_why_it_was_closed(open_hall: OpenHall) -> None:
    hall = open_hall(send_seconds=0.5)
    client = RawClient(hall).begin()
    client.say(type="subscribe", id="1", payload={"query": "subscription { blobs(size: 500000) }"})
    until(lambda: hall.open_streams == 1)
    for number in range(1, 60):
        hall.grow(number)
    until(lambda: not hall.open_streams)
    frames = client.read_to_end()
    assert len(frames) > 3
    assert frames[-1].opcode.name == "CLOSE"
    assert (int.from_bytes(frames[-1].data[:2]), frames[-1].data[2:].decode()) == TOO_SLOW
    client.close()


def test_a_listener_that_falls_behind_is_told_to_resume(open_hall: OpenHall) -> None:
    """The network takes something now and then, but not as fast as it comes."""
    hall = open_hall(send_seconds=10)
    client = RawClient(hall).begin()
    client.say(type="subscribe", id="1", payload={"query": "subscription { blobs(size: 500000) }"})
    until(lambda: any(one._buffer is not None for topic in hall.hub._topics.values() for one in topic.listeners))
    for number in range(1, 2 * BUFFER):
        hall.grow(number)
    frames = client.read_to_end()
    assert (int.from_bytes(frames[-1].data[:2]), frames[-1].data[2:].decode()) == TOO_SLOW
    assert len(frames) < BUFFER
    client.close()
