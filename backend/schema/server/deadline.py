"""The time limit of an operation. It stops the work itself: SQL where it is, Python at the next field or statement.

The time runs from the moment an operation is handed over, so waiting for a thread counts. Each operation has a lock
that its end and a stop both take: a stop that comes late finds the operation ended, and never hits the next one on
the same connection.
"""

import asyncio
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import Any, TypeVar

from django.db import Error
from django.db.backends.base.base import BaseDatabaseWrapper

from backend.errors import Refusal
from backend.live.threads import own_connections, pool
from backend.schema.server.interrupt import driver_error, interrupt

T = TypeVar("T")

#: A statement may begin a moment after a stop looked for one, so stops are repeated, at pauses between these.
FIRST_PAUSE_SECONDS = 0.05
LONGEST_PAUSE_SECONDS = 1.0


class TimedOut(Refusal):
    """The operation took longer than OPERATION_SECONDS and was stopped; nothing was changed by what was stopped."""

    code = "TIMED_OUT"
    message = "操作超时，已停止，未作任何更改，请稍后再试"


class OutcomeUnknown(Refusal):
    """The operation took too long and could not be stopped either, so nobody knows yet whether it was done."""

    code = "OUTCOME_UNKNOWN"
    message = "操作超时，是否完成尚不确定，请刷新后查看"


class Busy(Refusal):
    """More operations wait for a thread than OPERATIONS_WAITING; this one was not begun."""

    code = "BUSY"
    message = "系统繁忙，请稍后再试"
    retry_after = 2


class Stopped(BaseException):
    """Unwinds the work of an operation whose time is over.

    It is no Exception, as `asyncio.CancelledError` is none: no handler on the way may take it for a failure of its
    own. Transactions roll back on it.
    """


class Deadline:
    """One operation's time and, while it runs in a thread, what to stop there. Threads may share it."""

    __slots__ = ("_connections", "_lock", "changed", "ended", "passed")

    def __init__(self) -> None:
        self.passed = False
        self.ended = False
        self.changed = False
        self._lock = threading.Lock()
        self._connections: tuple[BaseDatabaseWrapper, ...] | None = None

    def check(self) -> None:
        """Raises Stopped where the time is over."""
        if self.passed:
            raise Stopped

    def note_change(self) -> None:
        """Something was committed under this deadline."""
        self.changed = True

    def explains(self, error: BaseException | None) -> bool:
        """Whether a failure is what a stop looks like: the database broke off a statement after the time was over."""
        if not self.passed:
            return False
        return isinstance(error, (Error, *map(driver_error, own_connections())))

    def hold(self, work: Callable[[], T]) -> T:
        """Do the work in this thread, under this deadline. Raises TimedOut where it passed."""
        with self._lock:
            if self.passed:
                raise TimedOut
            self._connections = own_connections()
        _here.deadline = self
        try:
            return work()
        except Stopped as stopped:
            raise TimedOut from stopped
        except Exception as error:
            if self.explains(error):
                raise TimedOut from error
            raise
        finally:
            _here.deadline = NEVER
            self._end()

    def _end(self) -> None:
        """From here on no stop reaches the thread; where one did, its connections are not used again."""
        with self._lock:
            self.ended = True
        if self.passed:
            for connection in own_connections():
                with suppress(Error):
                    connection.close()

    def expire(self) -> bool:
        """The time is over. Returns whether the work is in a thread, to be stopped."""
        with self._lock:
            self.passed = True
            return self._connections is not None and not self.ended

    def forget(self) -> bool:
        """Nobody wants it any more. Returns whether it had not begun; then it never will."""
        with self._lock:
            self.passed = self.passed or self._connections is None
            return self._connections is None

    def stop(self) -> None:
        """Stop the SQL that runs now, again and again until the work has ended. Blocks: not for the event loop."""
        pause = FIRST_PAUSE_SECONDS
        while not self.ended:
            with self._lock:
                if not self.ended:
                    for connection in self._connections or ():
                        interrupt(connection)
            time.sleep(pause)
            pause = min(2 * pause, LONGEST_PAUSE_SECONDS)


#: Of work that nobody limits.
NEVER = Deadline()


class _Here(threading.local):
    deadline = NEVER


_here = _Here()


def current() -> Deadline:
    """The deadline of what runs in this thread; one that never passes where there is no limit."""
    return _here.deadline


class TimeLimit:
    """Runs operations in the pool, each for at most `seconds`, and refuses more than `waiting` in its queue.

    `grace` is how long stopped work may take to end before whoever waits is answered without it.
    """

    def __init__(self, seconds: float = 10.0, *, waiting: int = 500, grace: float = 5.0) -> None:
        self._seconds = seconds
        self._grace = grace
        self._waiting = waiting

    async def run(self, work: Callable[[], T], *, began: float | None = None, unbounded: bool = False) -> T:
        """What the work returns. Raises TimedOut where it was stopped, OutcomeUnknown where it goes on regardless.

        Raises Busy where the queue is full, except for `unbounded` work: what the server owes to many at once. The
        time runs from `began` (of `time.perf_counter`), so that several steps of one operation share it; from now
        where it is left out. A caller that is cancelled leaves work that has begun to its end or its deadline.
        """
        if pool().waiting >= self._waiting and not unbounded:
            raise Busy
        loop = asyncio.get_running_loop()
        left = self._seconds if began is None else began + self._seconds - time.perf_counter()
        deadline = Deadline()
        future = pool().start(partial(deadline.hold, work))
        timer = loop.call_later(max(left, 0.0), self._expire, deadline, future)
        try:
            return await future
        finally:
            del future  # it may hold an exception, whose traceback holds this frame
            if deadline.ended or deadline.forget():
                timer.cancel()

    def _expire(self, deadline: Deadline, future: "asyncio.Future[Any]") -> None:
        if deadline.expire():
            threading.Thread(target=deadline.stop, name="stop", daemon=True).start()
            future.get_loop().call_later(self._grace, _give_up, future, OutcomeUnknown)
        elif not deadline.ended:
            _give_up(future, TimedOut)


def _give_up(future: "asyncio.Future[Any]", refusal: type[Refusal]) -> None:
    if not future.done():
        future.set_exception(refusal())
