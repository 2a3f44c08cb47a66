"""The npm client `graphql-ws`, unchanged, follows a group, loses its network and resumes."""

import json
import queue
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
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
    phone = make_phone(system.url)
    phone.sign_in(next(NUMBERS))
    joined = phone.do("joinVillage", "group { id lastSeq }", village=VILLAGE)["group"]
    return phone, joined["id"], joined["lastSeq"]


@contextmanager
def node(system: System, token: str, group: str, after: int) -> Iterator[NodeClient]:
    url = f"{system.url.replace('http', 'ws', 1)}/graphql"
    with NodeClient(url, token, group, str(after)) as client:
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


def phone_name(phone: Phone) -> str:
    return str(phone.ask("{ viewer { displayName } }")["viewer"]["displayName"])
