"""The npm client `graphql-ws`, unchanged, follows a group, loses its network or its sign-in, and resumes."""

import json
import queue
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import Any, Self

import pytest

from tests.phone import Phone
from tests.running import System, with_one_village

pytestmark = [pytest.mark.journey, pytest.mark.node]

SCRIPT = Path(__file__).resolve().parent.parent / "clients" / "follow_group.mjs"
VILLAGE = "510114006003"
#: Fresh demo numbers: one phone may ask for one code a minute.
NUMBERS = (f"{number}" for number in count(10_000_000_100))


class NodeClient:
    """The script's process: commands go in as lines of JSON, what happens comes out so."""

    def __init__(self, *arguments: str) -> None:
        self.process = subprocess.Popen(
            ["node", str(SCRIPT), *arguments], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        self._lines: queue.Queue[dict[str, Any]] = queue.Queue()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self._lines.put(json.loads(line))

    def say(self, **command: Any) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps(command) + "\n")
        self.process.stdin.flush()

    def hear(self, kind: str) -> Any:
        """The next line; it must be of this kind."""
        line = self._lines.get(timeout=20)
        assert kind in line, line
        return line[kind]

    def hear_close(self) -> tuple[int, str]:
        """The next line; it must tell how the socket closed."""
        line = self._lines.get(timeout=40)
        assert "closed" in line, line
        return line["closed"], line["reason"]

    def silent(self, seconds: float = 0.5) -> bool:
        try:
            self._lines.get(timeout=seconds)
        except queue.Empty:
            return True
        return False

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.process.kill()
        self.process.wait()
        self._reader.join()
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.close()
        self.process.stdout.close()


@pytest.fixture(scope="module")
def system(tmp_path_factory: pytest.TempPathFactory) -> Iterator[System]:
    """A system with one village."""
    with closing(System(tmp_path_factory.mktemp("npm"))) as running:
        yield with_one_village(running).start()


@pytest.fixture
def member(system: System, make_phone: Callable[[str], Phone]) -> tuple[Phone, str, int]:
    """A villager, their group, and the number of its newest message."""
    return joined(make_phone(system.url))


def joined(phone: Phone) -> tuple[Phone, str, int]:
    """A villager, their group, and the number of its newest message."""
    phone.sign_in(next(NUMBERS))
    group = phone.do("joinVillage", "group { id lastSeq }", village=VILLAGE)["group"]
    return phone, group["id"], group["lastSeq"]


@contextmanager
def node(system: System, token: str, group: str, after: int, **options: Any) -> Iterator[NodeClient]:
    url = f"{system.url.replace('http', 'ws', 1)}/graphql"
    with NodeClient(url, token, group, str(after), json.dumps(options)) as client:
        yield client


def test_it_follows_writes_and_resumes_after_a_cut(system: System, member: tuple[Phone, str, int]) -> None:
    phone, group, start = member
    with node(system, phone.token, group, start) as client:
        assert client.hear("connected")
        phone.post(group, "甲", "n1")
        assert client.hear("message") == {
            "seq": start + 1,
            "text": "甲",
            "author": {"name": phone_name(phone)},
            "isAdvisor": False,
        }
        client.say(cut=True)
        assert client.hear("closed") == 1006
        for number in range(2, 5):
            phone.post(group, f"断网期间 {number}", f"n{number}")
        assert client.hear("connected")
        assert [client.hear("message")["seq"] for _ in range(3)] == [start + 2, start + 3, start + 4]
        assert client.silent()
        client.say(post="socket")
        heard = [client._lines.get(timeout=20) for _ in range(2)]
        assert {"posted": {"message": {"seq": start + 5}, "errors": []}} in heard
        assert start + 5 in [line["message"]["seq"] for line in heard if "message" in line]


def test_a_stranger_is_told_and_a_bad_token_is_closed(system: System, member: tuple[Phone, str, int]) -> None:
    _, group, start = member
    stranger = Phone(system.url)
    stranger.sign_in(next(NUMBERS))
    with node(system, stranger.token, group, start) as client:
        assert client.hear("connected")
        assert client.hear("failed") == ["NOT_A_MEMBER"]
    stranger.close()
    with node(system, "forged", group, start) as client:
        assert client.hear("closed") == 4403


def signed_in_until(system: System, token: str, seconds: int) -> str:
    """Let a token end after so many seconds; a newer one of the same person, as signing in again would give."""
    code = f"""
from datetime import timedelta
from django.utils import timezone
from backend.accounts import tokens
from backend.accounts.models import AccessToken
user, _ = tokens.identify({token!r})
newer = tokens.issue(user)
row = AccessToken.objects.filter(user=user).order_by("pk").first()
row.expires_at = timezone.now() + timedelta(seconds={seconds})
row.save()
print(newer, row.expires_at.isoformat())
"""
    return system.manage("shell", "--no-imports", "-c", code).strip()


def test_a_token_ends_and_the_client_signs_in_again_and_resumes(system: System, member: tuple[Phone, str, int]) -> None:
    phone, group, start = member
    newer, ends = signed_in_until(system, phone.token, 20).split()
    with node(system, phone.token, group, start) as client:
        assert client.hear("connected")
        warning = client.hear("ping")
        assert (warning["type"], warning["expiresAt"]) == ("SIGN_IN_AGAIN", ends)
        phone.post(group, "甲", "t1")
        assert client.hear("message")["seq"] == start + 1
        # The person signs in again, while what is open goes on.
        phone.token = newer
        client.say(token=newer)
        phone.post(group, "乙", "t2")
        assert client.hear("message")["seq"] == start + 2
        assert client.hear_close() == (4403, "TOKEN_EXPIRED")
        for number in range(3, 6):
            phone.post(group, f"其间 {number}", f"t{number}")
        assert client.hear("connected")
        assert [client.hear("message")["seq"] for _ in range(3)] == [start + 3, start + 4, start + 5]
        phone.post(group, "丙", "t6")
        assert client.hear("message")["seq"] == start + 6
        assert client.silent()


def test_who_signs_in_again_on_the_open_socket_is_not_interrupted(
    system: System, member: tuple[Phone, str, int]
) -> None:
    phone, group, start = member
    newer, ends = signed_in_until(system, phone.token, 15).split()
    with node(system, phone.token, group, start) as client:
        assert client.hear("connected")
        assert client.hear("ping")["type"] == "SIGN_IN_AGAIN"
        client.say(renew=newer)
        answer = client.hear("pong")
        assert answer["type"] == "SIGNED_IN"
        assert answer["expiresAt"] > ends
        phone.token = newer
        left = (datetime.fromisoformat(ends) - datetime.now(UTC)).total_seconds()
        assert client.silent(left + 1)
        phone.post(group, "甲", "r1")
        assert client.hear("message")["seq"] == start + 1
        client.say(post="乙")
        heard = [client._lines.get(timeout=20) for _ in range(2)]
        assert {"posted": {"message": {"seq": start + 2}, "errors": []}} in heard


@pytest.fixture(scope="module")
def narrow(tmp_path_factory: pytest.TempPathFactory) -> Iterator[System]:
    """A system in which one address has one socket, and nobody may be idle for long."""
    bounds = {"SOCKETS_PER_ADDRESS": "1", "SOCKET_IDLE_SECONDS": "1"}
    with closing(System(tmp_path_factory.mktemp("narrow"), **bounds)) as running:
        yield with_one_village(running).start_server_only()


def test_a_client_that_found_no_place_tries_again_until_there_is_one(
    narrow: System, make_phone: Callable[[str], Phone]
) -> None:
    phone, group, start = joined(make_phone(narrow.url))
    with node(narrow, phone.token, group, start) as first:
        assert first.hear("connected")
        with node(narrow, phone.token, group, start, retryAttempts=1000) as second:
            for _ in range(2):
                assert second.hear_close() == (1013, "Too many connections: try again later")
            first.say(end=True)
            line = second._lines.get(timeout=20)
            while "connected" not in line:
                assert line["closed"] == 1013
                line = second._lines.get(timeout=20)
            phone.post(group, "甲", "p1")
            assert second.hear("message")["seq"] == start + 1


def test_lazy_clients_connect_when_they_ask_and_eager_ones_again_when_they_were_idle(
    narrow: System, make_phone: Callable[[str], Phone]
) -> None:
    phone, group, start = joined(make_phone(narrow.url))
    question = "{ viewer { displayName } }"
    answer = {"viewer": {"displayName": phone_name(phone)}}
    with node(narrow, phone.token, group, start, follow=False) as lazy:
        assert lazy.silent()
        for _ in range(2):
            lazy.say(ask=question)
            assert lazy.hear("connected")
            heard = [lazy._lines.get(timeout=20) for _ in range(2)]
            assert {"answer": answer} in heard
            assert {"closed": 1000, "reason": "Normal Closure"} in heard  # its own goodbye
    with node(narrow, phone.token, group, start, follow=False, lazy=False) as eager:
        for _ in range(2):
            assert eager.hear("connected")
            assert eager.hear_close() == (1000, "Idle: nothing was asked for 1 s")
        assert eager.hear("connected")
        eager.say(follow=True)
        phone.post(group, "甲", "l1")
        line = eager._lines.get(timeout=20)
        while "message" not in line:  # where it was idle again before the command came
            line = eager._lines.get(timeout=20)
        assert line["message"]["seq"] == start + 1
        assert eager.silent(2)


def test_a_restart_of_the_server_is_told_and_survived(narrow: System, make_phone: Callable[[str], Phone]) -> None:
    phone, group, start = joined(make_phone(narrow.url))
    with node(narrow, phone.token, group, start, retryAttempts=1000) as client:
        assert client.hear("connected")
        phone.post(group, "甲", "s1")
        assert client.hear("message")["seq"] == start + 1
        narrow.stop()
        assert client.hear_close() == (1012, "The server restarts: reconnect and resume")
        narrow.start_server_only()
        phone.post(group, "乙", "s2")
        line = client._lines.get(timeout=20)
        while "connected" not in line:
            assert line == {"closed": 1006, "reason": ""}
            line = client._lines.get(timeout=20)
        assert client.hear("message")["seq"] == start + 2
        assert client.silent()
    assert "Traceback" not in narrow.log.read_text()


def phone_name(phone: Phone) -> str:
    return str(phone.ask("{ viewer { displayName } }")["viewer"]["displayName"])
