"""The server is killed in the middle of 1,000 messages: what was acknowledged is there, once."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from threading import Event

import httpx
import pytest

from tests.phone import Phone
from tests.running import System, with_one_village

pytestmark = [pytest.mark.journey]

MESSAGES = 1000
WRITERS = 8
VILLAGE = "510114006003"


@pytest.fixture
def system(tmp_path: Path) -> Iterator[System]:
    with closing(System(tmp_path)) as running:
        yield with_one_village(running)


class Writers:
    """Several threads that post numbered messages until the server is gone."""

    def __init__(self, phone: Phone, group: str) -> None:
        self.phone, self.group = phone, group
        self.acknowledged: dict[int, int] = {}
        self.half_way = Event()

    def post(self, number: int) -> None:
        """Post one message and note its `seq`, unless no answer came."""
        try:
            payload = self.phone.post(self.group, f"第{number}条", f"key-{number}")
        except httpx.TransportError:
            return
        assert payload["errors"] == [], payload
        self.acknowledged[number] = payload["message"]["seq"]
        if len(self.acknowledged) >= MESSAGES // 2:
            self.half_way.set()

    def post_all(self, numbers: list[int]) -> None:
        """Post what is in `numbers`, several at once."""
        with ThreadPoolExecutor(WRITERS) as pool:
            list(pool.map(self.post, numbers))


def test_a_killed_server_loses_nothing_that_it_acknowledged(system: System, make_phone: Callable[[str], Phone]) -> None:
    system.start_server_only()
    phone = make_phone(system.url)
    phone.sign_in("10000000001")
    group = phone.do("joinVillage", "group { id }", village=VILLAGE)["group"]["id"]
    writers = Writers(phone, group)

    with ThreadPoolExecutor(1) as pool:
        writing = pool.submit(writers.post_all, list(range(MESSAGES)))
        assert writers.half_way.wait(120)
        system.kill()
        writing.result(60)
    before = dict(writers.acknowledged)
    assert MESSAGES // 2 <= len(before) < MESSAGES, "the kill came outside the run"

    system.start_server_only()
    # What is not known to have arrived is sent again under the same key, as a phone does.
    writers.post_all([number for number in range(MESSAGES) if number not in before])
    with phone.follow(group, after=0) as following:
        received = following.take(MESSAGES)
        assert following.silent()

    assert [message["seq"] for message in received] == list(range(1, MESSAGES + 1))
    texts = {message["text"]: message["seq"] for message in received}
    assert texts == {f"第{number}条": seq for number, seq in writers.acknowledged.items()}
    assert all(writers.acknowledged[number] == seq for number, seq in before.items())
