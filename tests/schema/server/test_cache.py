"""Kept answers: bounded, of the current edition only, and one reading of it for many requests."""

import asyncio
import threading
import time

import pytest

from backend.schema.server import cache
from backend.schema.server.cache import AnswerCache, Editions, Kept


def test_an_answer_is_given_out_in_its_own_edition_only():
    kept = AnswerCache(10)
    answer = Kept.of(1, b"first")
    kept.put("question", answer)
    assert kept.get("question", 1) is answer
    assert kept.get("question", 2) is None
    assert kept.get("other", 1) is None
    kept.put("question", Kept.of(2, b"second"))
    assert kept.get("question", 1) is None
    assert kept.get("question", 2) == Kept.of(2, b"second")


def test_the_content_alone_decides_the_etag():
    assert Kept.of(1, b"same").etag == Kept.of(2, b"same").etag != Kept.of(1, b"other").etag


def test_what_was_not_asked_for_longest_makes_room():
    kept = AnswerCache(2)
    for key in ("a", "b"):
        kept.put(key, Kept.of(1, key.encode()))
    assert kept.get("a", 1)
    kept.put("c", Kept.of(1, b"c"))
    assert [bool(kept.get(key, 1)) for key in ("a", "b", "c")] == [True, False, True]


def test_bodies_are_bounded_together(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(cache, "MAX_KEPT_BYTES", 100)
    kept = AnswerCache(1000)
    for number in range(50):
        kept.put(number, Kept.of(1, bytes(30)))
        kept.put(number, Kept.of(2, bytes(40)))
    assert [number for number in range(50) if kept.get(number, 2)] == [48, 49]


class Source:
    """Readings that take as long as the test wants."""

    def __init__(self) -> None:
        self.value = 0
        self.readings = 0
        self.began = threading.Event()
        self.go_on = threading.Event()

    def read(self) -> int:
        value = self.value
        self.readings += 1
        self.began.set()
        assert self.go_on.wait(20)
        return value


def test_who_comes_while_a_reading_is_under_way_waits_for_the_next_and_shares_it():
    source = Source()
    editions = Editions(source.read)

    async def story() -> None:
        first = asyncio.ensure_future(editions.current())
        assert await asyncio.to_thread(source.began.wait, 20)
        source.value = 1  # published while the first reading is under way
        later = [asyncio.ensure_future(editions.current()) for _ in range(100)]
        await asyncio.sleep(0)
        source.go_on.set()
        assert await first == 0
        assert set(await asyncio.gather(*later)) == {1}
        assert source.readings == 2

    asyncio.run(story())


def test_who_leaves_takes_nothing_from_the_others():
    source = Source()
    editions = Editions(source.read)

    async def story() -> None:
        leaving, staying = (asyncio.ensure_future(editions.current()) for _ in range(2))
        await asyncio.sleep(0)
        leaving.cancel()
        source.go_on.set()
        assert await staying == 0

    asyncio.run(story())


def test_a_reading_that_fails_fails_those_who_waited_for_it_and_no_one_after():
    answers = iter([ValueError("no database"), 7])

    def read() -> int:
        found = next(answers)
        if isinstance(found, Exception):
            raise found
        return found

    editions = Editions(read)

    async def story() -> None:
        with pytest.raises(ValueError, match="no database"):
            await editions.current()
        assert await editions.current() == 7

    asyncio.run(story())


def test_a_reading_never_began_before_it_was_asked_for():
    clock = Editions(time.monotonic)

    async def one() -> None:
        for _ in range(50):
            before = time.monotonic()
            assert await clock.current() >= before
            await asyncio.sleep(0)

    async def story() -> None:
        await asyncio.gather(*(one() for _ in range(20)))

    asyncio.run(story())
