"""A token that ends while its socket is open: the client is warned, may renew it, and is else sent to sign in."""

import json
import time
from datetime import UTC, datetime, timedelta

import pytest

from tests.schema.server.sockets.clients import Client, until
from tests.schema.server.sockets.conftest import OpenHall
from tests.schema.server.sockets.hall import Hall


def lasting(hall: Hall, token: str, seconds: float) -> datetime:
    hall.expiries[token] = datetime.now(UTC) + timedelta(seconds=seconds)
    return hall.expiries[token]


def sign_in(client: Client, token: str) -> None:
    client.send(type="ping", payload={"type": "SIGN_IN", "Authorization": f"Bearer {token}"})


def test_the_client_is_warned_then_the_socket_ends_with_its_token(hall: Hall) -> None:
    ends = lasting(hall, "alice", 1)
    client = Client(hall, token="alice")
    client.subscribe("subscription { numbers }")
    warning = client.receive()
    assert warning == {"type": "ping", "payload": {"type": "SIGN_IN_AGAIN", "expiresAt": ends.isoformat()}}
    client.send(type="pong", payload=warning["payload"])
    assert client.closed_with() == (4403, "TOKEN_EXPIRED")
    # A timer of the event loop may be a moment early.
    assert datetime.now(UTC) >= ends - timedelta(seconds=0.1)
    until(lambda: hall.open_streams == 0)


def test_the_warning_comes_as_long_before_as_was_agreed(open_hall: OpenHall) -> None:
    hall = open_hall(warning_seconds=0.5)
    ends = lasting(hall, "alice", 1.5)
    client = Client(hall, token="alice")
    assert client.receive()["payload"]["type"] == "SIGN_IN_AGAIN"
    # A tenth of a second for two clocks that differ: without the agreement it would come a second earlier.
    assert datetime.now(UTC) >= ends - timedelta(seconds=0.6)
    assert client.closed_with() == (4403, "TOKEN_EXPIRED")


def test_who_signs_in_again_in_time_loses_nothing_that_runs(hall: Hall) -> None:
    first, second = lasting(hall, "alice-1", 1), lasting(hall, "alice-2", 3000)
    client = Client(hall, token="alice-1")
    client.subscribe("subscription { numbers }")
    assert client.receive()["payload"]["expiresAt"] == first.isoformat()
    sign_in(client, "alice-2")
    signed_in = {"type": "SIGNED_IN", "expiresAt": second.isoformat()}
    assert client.receive() == {"type": "pong", "payload": signed_in}
    until(lambda: datetime.now(UTC) > first)
    time.sleep(0.1)
    hall.grow(1)
    assert client.numbers(1) == [1]
    assert client.ask("{ who }", "2") == {"data": {"who": "alice"}}
    assert client.settled() == []
    client.close()


def test_a_token_that_ends_soon_is_warned_of_again_after_it_was_renewed(hall: Hall) -> None:
    lasting(hall, "alice-1", 30)
    second = lasting(hall, "alice-2", 1)
    client = Client(hall, token="alice-1")
    assert client.receive()["payload"]["type"] == "SIGN_IN_AGAIN"
    sign_in(client, "alice-2")
    assert client.receive()["payload"]["type"] == "SIGNED_IN"
    assert client.receive()["payload"] == {"type": "SIGN_IN_AGAIN", "expiresAt": second.isoformat()}
    assert client.closed_with() == (4403, "TOKEN_EXPIRED")


def test_after_signing_in_again_only_the_newer_token_counts(open_hall: OpenHall) -> None:
    hall = open_hall(recheck_seconds=0.1)
    client = Client(hall, token="alice-1")
    sign_in(client, "alice-2")
    assert client.receive()["payload"] == {"type": "SIGNED_IN", "expiresAt": None}
    hall.ended.add("alice-1")
    rechecks = hall.rechecks
    until(lambda: hall.rechecks >= rechecks + 2)
    assert client.ask("{ who }") == {"data": {"who": "alice"}}
    hall.ended.add("alice-2")
    assert client.closed_with() == (4403, "TOKEN_INVALID")


@pytest.mark.parametrize(
    ("before", "token", "code"),
    [
        ("alice", "bob", "FORBIDDEN"),
        ("alice", "ended", "TOKEN_INVALID"),
        ("alice", "expired", "TOKEN_EXPIRED"),
        ("alice", "", "FORBIDDEN"),
        ("", "alice", "FORBIDDEN"),
    ],
)
def test_another_persons_token_or_a_dead_one_changes_nothing(hall: Hall, before: str, token: str, code: str) -> None:
    hall.ended.add("ended")
    with Client(hall, token=before) as client:
        client.subscribe("subscription { numbers }", "followed")
        sign_in(client, token)
        assert client.receive() == {"type": "pong", "payload": {"type": "SIGN_IN_REFUSED", "code": code}}
        assert client.ask("{ who }") == {"data": {"who": before or None}}
        hall.grow(1)
        assert client.numbers(1) == [1]


def test_signing_in_again_is_no_way_around_the_introduction(hall: Hall) -> None:
    with Client(hall, init=False) as client:
        sign_in(client, "alice")
        answer = client.receive()
        assert answer == {"type": "pong", "payload": {"type": "SIGN_IN_REFUSED", "code": "FORBIDDEN"}}
        assert "alice" not in json.dumps(answer)
        client.subscribe("{ who }")
        assert client.closed_with() == (4401, "Unauthorized")


def test_who_signed_out_elsewhere_can_do_nothing_more_on_an_open_socket(hall: Hall) -> None:
    client = Client(hall, token="alice")
    hall.ended.add("alice")
    client.subscribe("mutation { bump }")
    assert client.closed_with() == (4403, "TOKEN_INVALID")
    assert hall.bumps == 0


def test_an_open_subscription_ends_soon_after_its_token(open_hall: OpenHall) -> None:
    hall = open_hall(recheck_seconds=0.1)
    alice, bob = Client(hall, token="alice"), Client(hall, token="bob")
    for client in (alice, bob):
        client.subscribe("subscription { numbers }")
    until(lambda: hall.open_streams == 2)
    hall.ended.add("alice")
    assert alice.closed_with() == (4403, "TOKEN_INVALID")
    until(lambda: hall.open_streams == 1)
    hall.grow(1)
    assert bob.numbers(1) == [1]
    bob.close()
