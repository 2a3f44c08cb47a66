"""The pool of threads in which asynchronous code does its database work.

Python's own ThreadPoolExecutor costs 35 µs a call from the event loop, this one 24 (12 and 2 where many wait), because
it makes no second future with locks of its own. That is a tenth of what a planned query takes altogether.
"""

import asyncio
import threading
from collections.abc import Callable
from contextlib import suppress
from functools import cache, partial
from queue import SimpleQueue
from typing import Any, Generic, TypeVar

from django.conf import settings
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper

T = TypeVar("T")


class _Here(threading.local):
    """What a thread knows of itself."""

    connections: tuple[BaseDatabaseWrapper, ...] | None = None
    in_pool = False


_here = _Here()


def own_connections() -> tuple[BaseDatabaseWrapper, ...]:
    """The calling thread's Django connections, the default one first, whether they are open or not.

    They are looked up once a thread: Django's look-up costs more than what is asked of them here.
    """
    if _here.connections is None:
        _here.connections = tuple(connections.all())
    return _here.connections


def in_pool() -> bool:
    """Whether the calling thread is one of the pool's."""
    return _here.in_pool


class _Task(Generic[T]):
    """A function on its way through a thread, and the future that waits for what it returns or raises."""

    __slots__ = ("_function", "_loop", "future")

    def __init__(self, function: Callable[[], T], loop: asyncio.AbstractEventLoop) -> None:
        self._function = function
        self._loop = loop
        self.future: asyncio.Future[T] = loop.create_future()

    def run(self, own: tuple[BaseDatabaseWrapper, ...]) -> Callable[[], None] | None:
        """In the thread, with its own connections: call it, unless nobody waits any more. Returns what to `deliver`."""
        if self.future.cancelled():
            return None
        try:
            for connection in own:
                connection.close_if_unusable_or_obsolete()
            return partial(self._succeed, self._function())
        except StopIteration as error:  # no future can hold one
            return partial(self._fail, RuntimeError(f"raised StopIteration: {error}"))
        except BaseException as error:  # noqa: BLE001 - whoever waits gets it
            return partial(self._fail, error)

    def deliver(self, outcome: Callable[[], None] | None) -> None:
        """Tell the loop, where it still runs."""
        if outcome is not None:
            with suppress(RuntimeError):
                self._loop.call_soon_threadsafe(outcome)

    # The traceback of an exception that is kept somewhere keeps the task that it came through. That must not keep
    # what became of it in turn: the future, with whoever waited for it.

    def _succeed(self, result: T) -> None:
        future = self._let_go()
        if not future.done():
            future.set_result(result)

    def _fail(self, error: BaseException) -> None:
        future = self._let_go()
        if not future.done():
            future.set_exception(error)

    def _let_go(self) -> "asyncio.Future[T]":
        future = self.future
        del self.future, self._function
        return future


class Pool:
    """At most `size` threads, started as they are needed, each with Django connections of its own."""

    def __init__(self, size: int) -> None:
        self.size = size
        self._tasks: SimpleQueue[_Task[Any]] = SimpleQueue()
        self._lock = threading.Lock()
        self._threads = 0
        self._unfinished = 0

    @property
    def running(self) -> int:
        """How many threads are at work."""
        return min(self._unfinished, self.size)

    @property
    def waiting(self) -> int:
        """How many functions wait for a thread."""
        return max(0, self._unfinished - self.size)

    def start(self, function: Callable[[], T]) -> asyncio.Future[T]:
        """Hand the function over; the future belongs to the running loop. Cancelled before its turn, it never runs."""
        task = _Task(function, asyncio.get_running_loop())
        with self._lock:
            self._unfinished += 1
            hire = self._threads < min(self._unfinished, self.size)
            self._threads += hire
        self._tasks.put(task)
        if hire:
            threading.Thread(target=self._work, name=f"database-{self._threads}", daemon=True).start()
        return task.future

    def _work(self) -> None:
        """One thread's life. What broke or grew old among its connections is dropped before each use."""
        _here.in_pool = True
        own = own_connections()
        while True:
            task = self._tasks.get()
            outcome = task.run(own)
            with self._lock:
                self._unfinished -= 1
            task.deliver(outcome)
            del task, outcome  # while it waits for the next, it must not keep alive what the last one held


@cache
def pool() -> Pool:
    """The one pool of this process."""
    return Pool(settings.DATABASE_THREADS)


async def in_thread(function: Callable[..., T], *arguments: object) -> T:
    """Run `function` in the pool, on its thread's own connections."""
    return await pool().start(partial(function, *arguments))
