"""The limits on codes and guesses hold by every way in: POST, GET, sockets, and many at once in one document."""

import json
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from itertools import count
from typing import Any

import httpx
import pytest
from websockets.sync.client import connect

from backend.accounts.limits import HOUR
from tests.production import nothing_changes
from tests.running import System

A_HOUR = 4
PHONES = (f"100 0000 {number:04d}" for number in count(2000))
#: One for each test, so that each has its hour to itself.
ADDRESSES = (f"203.0.113.{number}" for number in count(1))
Change = Callable[[System, str, str], list[dict[str, Any]]]


def by_post(system: System, query: str, address: str) -> list[dict[str, Any]]:
    """The payloads of a mutation's fields, in their order."""
    answer = httpx.post(f"{system.url}/graphql", json={"query": query}, headers={"x-forwarded-for": address})
    return list(answer.json()["data"].values())


def by_socket(system: System, query: str, address: str) -> list[dict[str, Any]]:
    """The same on a socket."""
    url = f"{system.url.replace('http', 'ws', 1)}/graphql"
    headers = {"x-forwarded-for": address}
    with connect(url, subprotocols=["graphql-transport-ws"], additional_headers=headers) as client:  # type: ignore[list-item]
        client.send('{"type":"connection_init"}')
        assert json.loads(client.recv(timeout=10))["type"] == "connection_ack"
        client.send(json.dumps({"type": "subscribe", "id": "1", "payload": {"query": query}}))
        return list(json.loads(client.recv(timeout=10))["payload"]["data"].values())


@pytest.fixture(scope="module", params=[by_post, by_socket], ids=["POST", "socket"])
def change(request: pytest.FixtureRequest) -> Change:
    return request.param  # type: ignore[no-any-return]


@pytest.fixture(scope="module")
def proxied(tmp_path_factory: pytest.TempPathFactory) -> Iterator[System]:
    """Behind one proxy of ours, so that a test can choose its address."""
    yield from _running(tmp_path_factory, "1")


@pytest.fixture
def direct(tmp_path_factory: pytest.TempPathFactory) -> Iterator[System]:
    """Reached without a proxy, so that X-Forwarded-For is only a claim."""
    yield from _running(tmp_path_factory, "0")


def _running(tmp_path_factory: pytest.TempPathFactory, proxies: str) -> Iterator[System]:
    home = tmp_path_factory.mktemp("ways")
    with closing(System(home, TRUSTED_PROXY_COUNT=proxies, CODES_PER_ADDRESS_HOUR=str(A_HOUR))) as system:
        system.manage("migrate", "-v0")
        while time.time() % HOUR > HOUR - 120:  # the hours that are counted are those of the clock
            time.sleep(1)
        yield system.start_server_only()


def ask_for(*phones: str) -> str:
    fields = "challenge errors { code retryAfter }"
    asked = (f'a{n}: requestCode(input: {{phone: "{phone}"}}) {{ {fields} }}' for n, phone in enumerate(phones))
    return f"mutation {{ {' '.join(asked)} }}"


def guess(challenge: str, *codes: str) -> str:
    asked = (
        f'a{n}: confirmCode(input: {{challenge: "{challenge}", code: "{code}"}}) {{ token errors {{ code }} }}'
        for n, code in enumerate(codes)
    )
    return f"mutation {{ {' '.join(asked)} }}"


def codes(payloads: list[dict[str, Any]]) -> list[str]:
    """The refusal of each, or nothing where it was done."""
    return [payload["errors"][0]["code"] if payload["errors"] else "" for payload in payloads]


def test_one_code_a_minute_for_a_phone_whoever_asks_and_however(proxied: System, change: Change) -> None:
    phone = next(PHONES)
    assert codes(by_post(proxied, ask_for(phone), next(ADDRESSES))) == [""]
    with nothing_changes(proxied):
        [refused] = change(proxied, ask_for(phone), next(ADDRESSES))
        assert codes([refused]) == ["TOO_MANY_REQUESTS"]
        assert 0 < refused["errors"][0]["retryAfter"] <= 60


def test_a_phone_gets_one_code_of_many_asked_for_in_one_document(proxied: System, change: Change) -> None:
    phone = next(PHONES)
    written = (phone, phone.replace(" ", ""), f"+86 {phone}")
    assert codes(change(proxied, ask_for(*written), next(ADDRESSES))) == ["", *["TOO_MANY_REQUESTS"] * 2]


def test_an_address_has_its_hour_also_in_one_document(proxied: System, change: Change) -> None:
    phones, address = [next(PHONES) for _ in range(A_HOUR + 1)], next(ADDRESSES)
    assert codes(change(proxied, ask_for(*phones), address)) == [*[""] * A_HOUR, "TOO_MANY_REQUESTS"]
    with nothing_changes(proxied):
        for way in (by_post, by_socket):
            assert codes(way(proxied, ask_for(next(PHONES)), address)) == ["TOO_MANY_REQUESTS"]
    assert codes(change(proxied, ask_for(next(PHONES)), next(ADDRESSES))) == [""]


def test_more_than_a_document_may_ask_is_refused_before_anything_is_sent(proxied: System) -> None:
    address = next(ADDRESSES)
    with nothing_changes(proxied):
        body = {"query": ask_for(*(next(PHONES) for _ in range(6)))}
        answer = httpx.post(f"{proxied.url}/graphql", json=body, headers={"x-forwarded-for": address})
        assert answer.json()["errors"][0]["extensions"]["code"] == "QUERY_LIMIT_EXCEEDED"
    assert codes(by_post(proxied, ask_for(*(next(PHONES) for _ in range(A_HOUR))), address)) == [""] * A_HOUR


def test_nothing_is_asked_for_or_guessed_by_get(proxied: System) -> None:
    phone, address = next(PHONES), next(ADDRESSES)
    with nothing_changes(proxied):
        for query in (ask_for(phone), guess("x", "123456")):
            answer = httpx.get(f"{proxied.url}/graphql", params={"query": query}, headers={"x-forwarded-for": address})
            assert (answer.status_code, answer.headers["allow"]) == (405, "POST")
    assert codes(by_post(proxied, ask_for(phone), address)) == [""]


def code_sent_to(system: System, phone: str) -> str:
    page = httpx.get(f"{system.url}/console/development/sms/", params={"format": "json"}).json()
    text = next(sms["text"] for sms in page["messages"] if sms["phone"].endswith(phone.replace(" ", "")))
    return "".join(character for character in text if character.isdigit())[:6]


def test_five_guesses_end_a_challenge_by_whatever_ways_they_come(proxied: System) -> None:
    phone, address = next(PHONES), next(ADDRESSES)
    [asked] = by_post(proxied, ask_for(phone), address)
    challenge, right = asked["challenge"], code_sent_to(proxied, phone)
    wrong = [f"{(int(right) + n) % 10**6:06d}" for n in range(1, 6)]
    assert codes(by_post(proxied, guess(challenge, wrong[0]), address)) == ["CODE_WRONG"]
    assert codes(by_socket(proxied, guess(challenge, wrong[1]), next(ADDRESSES))) == ["CODE_WRONG"]
    many = by_post(proxied, guess(challenge, wrong[2], wrong[3], wrong[4], right), next(ADDRESSES))
    assert codes(many) == ["CODE_WRONG", "CODE_WRONG", "TOO_MANY_TRIES", "CODE_EXPIRED"]
    for way in (by_post, by_socket):
        assert codes(way(proxied, guess(challenge, right), address)) == ["CODE_EXPIRED"]
    assert [payload["token"] for payload in many] == [None] * 4


def test_an_address_that_is_only_claimed_buys_nothing(direct: System) -> None:
    ways = [by_post, by_socket] * A_HOUR
    claimed = [way(direct, ask_for(next(PHONES)), f"198.51.100.{n}, 192.0.2.{n}") for n, way in enumerate(ways)]
    assert [codes(payloads)[0] for payloads in claimed] == [*[""] * A_HOUR, *["TOO_MANY_REQUESTS"] * A_HOUR]


def test_an_address_that_the_client_puts_before_our_proxys_own_buys_nothing(proxied: System) -> None:
    address = next(ADDRESSES)
    claimed = [by_post(proxied, ask_for(next(PHONES)), f"198.51.100.{n}, {address}") for n in range(A_HOUR + 2)]
    assert [codes(payloads)[0] for payloads in claimed] == [*[""] * A_HOUR, *["TOO_MANY_REQUESTS"] * 2]
