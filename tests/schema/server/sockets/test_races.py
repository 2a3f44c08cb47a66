"""Many operations on one socket, and what may happen between two of its messages."""

import time
from collections.abc import Callable

import pytest

from tests.schema.server.sockets.clients import Client, until
from tests.schema.server.sockets.conftest import OpenHall
from tests.schema.server.sockets.hall import Hall


def test_many_operations_share_a_socket(hall: Hall) -> None:
    with Client(hall, token="alice") as client:
        for number in range(40):
            query = ("{ who }", "subscription { count(to: 3) }", "{ nope }", "mutation { bump }")[number % 4]
            client.subscribe(query, str(number))
        frames = client.take(10 * 2 + 10 * 4 + 10 + 10 * 2)
        assert client.settled() == []
        for number in range(40):
            kinds = [frame["type"] for frame in frames if frame["id"] == str(number)]
            assert kinds == [["next", "complete"], ["next"] * 3 + ["complete"], ["error"]][(0, 1, 2, 0)[number % 4]]
        counted = [frame["payload"]["data"]["count"] for frame in frames if frame["id"] == "1" and "payload" in frame]
        assert counted == [1, 2, 3]
        bumped = sorted(
            frame["payload"]["data"]["bump"]
            for frame in frames
            if frame["type"] == "next" and int(frame["id"]) % 4 == 3
        )
        assert bumped == list(range(1, 11))


def test_nothing_follows_a_complete_even_where_the_result_was_on_its_way(hall: Hall) -> None:
    hall.gate.clear()
    with Client(hall) as client:
        client.subscribe("{ held }")
        until(lambda: hall.running == 1)
        client.complete()
        assert client.settled() == []
        hall.gate.set()
        until(lambda: hall.running == 0)
        time.sleep(0.1)
        assert client.settled() == []


def test_an_id_is_free_after_complete_and_belongs_to_the_new_operation_alone(hall: Hall) -> None:
    hall.gate.clear()
    with Client(hall) as client:
        client.subscribe("{ held }")
        until(lambda: hall.running == 1)
        client.complete()
        client.subscribe("{ hello }")
        assert client.take(2) == [
            {"id": "1", "type": "next", "payload": {"data": {"hello": "你好"}}},
            {"id": "1", "type": "complete"},
        ]
        client.subscribe("subscription { numbers }")
        hall.gate.set()
        until(lambda: hall.running == 0)
        hall.grow(1)
        assert client.numbers(1) == [1]
        assert client.settled() == []


def test_completes_that_cross_the_servers_own_are_ignored(open_hall: OpenHall) -> None:
    with Client(open_hall(burst=1000)) as client:
        for _ in range(100):
            client.subscribe("{ hello }")
            client.complete()
            client.complete()
            assert [frame["type"] for frame in client.settled()] in ([], ["next", "complete"])
            assert client.ask("{ hello }") == {"data": {"hello": "你好"}}
        assert client.settled() == []


def test_an_id_can_be_used_again_as_soon_as_the_server_completed_it(hall: Hall) -> None:
    with Client(hall) as client:
        for number in range(50):
            client.subscribe("subscription { count(to: 1) }" if number % 2 else "{ hello }")
            assert [frame["type"] for frame in client.take(2)] == ["next", "complete"]
            client.subscribe("{ nope }")
            assert client.receive()["type"] == "error"


def test_complete_ends_the_stream_and_no_other(hall: Hall) -> None:
    with Client(hall) as client:
        client.subscribe("subscription { numbers }", "a")
        client.subscribe("subscription { numbers }", "b")
        until(lambda: hall.open_streams == 2)
        client.complete("a")
        until(lambda: hall.open_streams == 1)
        hall.grow(1)
        assert client.receive()["id"] == "b"
        assert client.settled() == []


def test_what_clients_leave_does_not_run_beside_what_they_ask_next(hall: Hall) -> None:
    """A complete cannot stop a thread, so the thread keeps its turn: else each complete would let one more run."""
    hall.gate.clear()
    with Client(hall) as client:
        for number in range(20):
            client.subscribe("{ held }", str(number))
            if number < 2:
                until(lambda wanted=number + 1: hall.running == wanted)
            assert client.settled() == []
            client.complete(str(number))
        assert hall.running == hall.most_running == 2
        hall.gate.set()
        assert client.ask("{ hello }") == {"data": {"hello": "你好"}}
        assert hall.most_running == 2


def goodbye(client: Client) -> None:
    client.close()


def break_the_protocol(client: Client) -> None:
    client.socket.send("nonsense")
    assert client.closed_with()[0] == 4400


@pytest.mark.parametrize("leave", [goodbye, Client.cut, break_the_protocol])
def test_whoever_leaves_in_the_middle_leaves_nothing_behind(hall: Hall, leave: Callable[[Client], None]) -> None:
    hall.gate.clear()
    client = Client(hall, token="alice")
    waiting = Client(hall, init=False)
    waiting.init("held")
    hall.numbers.newest = 5000
    for number in range(5):
        client.subscribe("subscription { numbers }", f"followed {number}")
    for number in range(5):
        client.subscribe("{ held }", f"asked {number}")
    until(lambda: hall.running == 2 and hall.open_streams == 5)
    leave(client)
    leave(waiting)
    until(lambda: hall.open_streams == 0)
    hall.gate.set()
    until(hall.holds_nothing)
    with Client(hall) as another:
        assert another.ask("{ hello }") == {"data": {"hello": "你好"}}
    assert hall.bumps == 0
