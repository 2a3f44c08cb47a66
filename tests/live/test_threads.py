"""The pool runs what it is given, on threads of its own, and says how much waits."""

import asyncio
import gc
import threading
import time
import weakref
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any

import pytest
from django.db import connections

from backend.live.threads import Pool, in_pool, own_connections


@pytest.fixture
def held() -> Iterator[tuple[Pool, threading.Event]]:
    """A pool of two threads, and what frees whoever waits in them."""
    gate = threading.Event()
    yield Pool(2), gate
    gate.set()


def test_it_gives_what_the_function_returns_or_raises() -> None:
    pool = Pool(1)

    def fail() -> None:
        raise LookupError("no")

    def stop() -> None:
        raise StopIteration("end")

    async def run() -> None:
        assert await pool.start(lambda: 7) == 7
        with pytest.raises(LookupError, match="no"):
            await pool.start(fail)
        with pytest.raises(RuntimeError, match="StopIteration: end"):
            await pool.start(stop)
        assert await pool.start(in_pool)

    asyncio.run(run())
    assert not in_pool()


def test_each_thread_has_django_connections_of_its_own(held: tuple[Pool, threading.Event]) -> None:
    pool, _ = held
    barrier = threading.Barrier(2)

    def mine() -> tuple[Any, Any]:
        barrier.wait(20)
        return own_connections()[0], connections["default"]

    async def run() -> list[tuple[Any, Any]]:
        return await asyncio.gather(pool.start(mine), pool.start(mine))

    (first, same), (second, _) = asyncio.run(run())
    assert first is same
    assert first is not second
    assert own_connections()[0] is connections["default"]


def test_no_more_threads_work_than_it_has_and_the_others_wait(held: tuple[Pool, threading.Event]) -> None:
    pool, gate = held
    began: list[int] = []

    def work(number: int) -> Callable[[], None]:
        def wait() -> None:
            began.append(number)
            gate.wait(20)

        return wait

    async def run() -> None:
        futures = [pool.start(work(number)) for number in range(6)]
        async with asyncio.timeout(60):
            while len(began) < 2:  # noqa: ASYNC110 - no event of asyncio tells it
                await asyncio.sleep(0.01)
        assert (pool.running, pool.waiting) == (2, 4)
        gate.set()
        await asyncio.gather(*futures)

    asyncio.run(run())
    assert set(began[:2]) == {0, 1}
    assert set(began[2:]) == {2, 3, 4, 5}


def test_what_nobody_waits_for_any_more_is_not_begun(held: tuple[Pool, threading.Event]) -> None:
    pool, gate = held
    began: list[int] = []

    async def run() -> None:
        first = [pool.start(lambda: gate.wait(20)) for _ in range(2)]
        left = pool.start(lambda: began.append(1))
        last = pool.start(lambda: began.append(2))
        left.cancel()
        gate.set()
        await asyncio.gather(*first, last)

    asyncio.run(run())
    assert began == [2]


def test_an_exception_that_is_kept_does_not_keep_whoever_waited_for_the_work() -> None:
    kept: list[Exception] = []
    waited: list[weakref.ref[threading.Event]] = []

    def fail() -> None:
        try:
            int("kept, as a cache of invalid documents keeps its errors")
        except ValueError as error:
            kept.append(error)
        raise LookupError("handed over")

    async def wait(pool: Pool) -> None:
        thing = threading.Event()
        waited.append(weakref.ref(thing))
        await pool.start(fail)

    with suppress(LookupError):
        asyncio.run(wait(Pool(1)))
    assert kept[0].__traceback__ is not None
    give_up = time.monotonic() + 5
    while waited[0]() is not None:  # the thread lets go a moment after it has delivered
        assert time.monotonic() < give_up
        gc.collect()


def test_work_whose_loop_is_gone_does_not_take_its_thread_along(held: tuple[Pool, threading.Event]) -> None:
    pool = Pool(1)
    _, gate = held

    async def leave() -> None:
        pool.start(lambda: gate.wait(20))

    asyncio.run(leave())
    gate.set()

    async def ask() -> int:
        return await pool.start(lambda: 3)

    assert asyncio.run(ask()) == 3
