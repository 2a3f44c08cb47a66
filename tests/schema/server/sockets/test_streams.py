"""Subscriptions: what they bring, and how they end."""

import json

import pytest

from tests.schema.server.sockets.clients import Client, until
from tests.schema.server.sockets.hall import Hall


@pytest.mark.parametrize(
    ("query", "results"),
    [
        ("subscription { unopenable }", 0),
        ("subscription { breaks(to: 0) }", 0),
        ("subscription { breaks(to: 2) }", 2),
    ],
)
def test_a_source_that_fails_ends_its_operation_with_a_number_to_quote(
    hall: Hall, caplog: pytest.LogCaptureFixture, query: str, results: int
) -> None:
    with Client(hall) as client:
        client.subscribe("subscription { numbers }", "other")
        client.subscribe(query)
        assert client.take(results) == [
            {"id": "1", "type": "next", "payload": {"data": {"breaks": number}}} for number in range(1, results + 1)
        ]
        failed = client.receive()
        assert (failed["id"], failed["type"]) == ("1", "error")
        [error] = failed["payload"]
        assert error["extensions"]["code"] == "INTERNAL"
        assert hall.secret not in json.dumps(failed)
        assert error["extensions"]["id"] in "".join(record.getMessage() for record in caplog.records)
        until(lambda: hall.open_streams == 1)
        assert client.ask("{ hello }") == {"data": {"hello": "你好"}}  # the id is free, the socket lives
        hall.grow(1)
        assert client.numbers(1) == [1]
    caplog.clear()


def test_an_event_that_cannot_be_shown_is_a_result_with_an_error(hall: Hall, caplog: pytest.LogCaptureFixture) -> None:
    with Client(hall) as client:
        client.subscribe("subscription { unpresentable(to: 2) }")
        for _ in range(2):
            result = client.receive()
            assert result["type"] == "next"
            assert result["payload"]["data"] is None
            assert result["payload"]["errors"][0]["extensions"]["code"] == "INTERNAL"
        assert client.receive() == {"id": "1", "type": "complete"}
    caplog.clear()


def test_a_source_that_refuses_says_its_code(hall: Hall) -> None:
    with Client(hall) as client:
        client.subscribe("subscription { refuses(to: 1) }")
        assert client.receive()["type"] == "next"
        assert client.receive()["payload"][0]["extensions"] == {"code": "REFUSED"}
        assert client.settled() == []


def test_a_subscription_that_ends_by_itself_is_completed(hall: Hall) -> None:
    with Client(hall) as client:
        client.subscribe("subscription { count(to: 3) }")
        assert [frame["payload"]["data"]["count"] for frame in client.take(3)] == [1, 2, 3]
        assert client.receive() == {"id": "1", "type": "complete"}
        until(lambda: hall.open_streams == 0)


def test_a_subscription_replays_what_was_missed_then_follows(hall: Hall) -> None:
    hall.numbers.newest = 250
    with Client(hall) as client:
        client.subscribe("subscription($after: Int) { numbers(after: $after) }", after=3)
        assert client.numbers(247) == list(range(4, 251))
        hall.grow(252)
        assert client.numbers(2) == [251, 252]
        hall.grow(253, wake=False)
        hall.grow(254)
        assert client.numbers(2) == [253, 254]


def test_followers_of_one_question_share_one_rendering(hall: Hall) -> None:
    query = "subscription($after: Int) { numbers(after: $after) }"
    clients = [Client(hall) for _ in range(5)]
    hall.numbers.newest = 5
    for after, client in enumerate(clients):
        client.subscribe(query, after=after)
        assert client.numbers(5 - after) == list(range(after + 1, 6))
    until(lambda: sum(one._buffer is not None for topic in hall.hub._topics.values() for one in topic.listeners) == 5)
    before = hall.numbers.rendered
    hall.grow(6)
    assert [client.numbers(1) for client in clients] == [[6]] * 5
    assert hall.numbers.rendered == before + 1
    for client in clients:
        client.close()
