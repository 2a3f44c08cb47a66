"""Stands before each SQL statement of an operation that runs through Django's cursor.

It counts and times statements, refuses those that would begin after the deadline, and notes what was committed.
Compiled plans do without it: they count for themselves, and interrupts reach them all the same.
"""

import sqlite3
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any, Final

from django.db import Error, OperationalError
from django.db.backends.signals import connection_created

from backend.live.threads import in_pool, own_connections
from backend.schema.server.deadline import NEVER, Deadline, Stopped, current
from backend.schema.server.observe import Observation

Execute = Callable[[Any, Any, bool, dict[str, Any]], Any]

#: How a rollback speaks; it must go through when everything else is stopped.
_ROLLING_BACK: Final = ("ROLLBACK", "RELEASE")
#: What changes nothing. Whatever else there is may be a change.
_HARMLESS: Final = ("SELECT", "(", "SAVEPOINT", *_ROLLING_BACK, "BEGIN", "PRAGMA", "SET", "EXPLAIN")
#: SQLite's wait for its one writer cannot be interrupted, so in the pool it comes in slices this long.
_SLICE_MILLISECONDS: Final = 200


def watched(seen: Observation) -> AbstractContextManager[None]:
    """Inside, `seen` gets each statement of this thread, and those after the deadline raise Stopped."""
    return own_connections()[0].execute_wrapper(_Watch(seen, current()))


class _Watch:
    """One of Django's `execute_wrappers`."""

    __slots__ = ("_deadline", "_seen")

    def __init__(self, seen: Observation, deadline: Deadline) -> None:
        self._seen = seen
        self._deadline = deadline

    def __call__(self, execute: Execute, sql: Any, params: Any, many: bool, context: dict[str, Any]) -> Any:
        text = sql if isinstance(sql, str) else str(sql)
        if self._deadline.passed and not text.startswith(_ROLLING_BACK):
            raise Stopped
        began = time.perf_counter()
        try:
            result = execute(sql, params, many, context)
        except Error as error:
            if not _waits_for_writer(error, many, context):
                raise
            result = self._take_turn(execute, sql, params, many, context)
        finally:
            self._seen.statement(time.perf_counter() - began, text)
        if not text.startswith(_HARMLESS) and self._deadline is not NEVER:
            context["connection"].on_commit(self._deadline.note_change)
        return result

    def _take_turn(self, execute: Execute, *arguments: Any) -> Any:
        """Try again until SQLite's writer has ended, or the time is over."""
        while not self._deadline.passed:
            try:
                return execute(*arguments)
            except OperationalError as error:
                if not _waits_for_writer(error, *arguments[2:]):
                    raise
        raise Stopped


def _waits_for_writer(error: Error, many: bool, context: dict[str, Any]) -> bool:
    """Whether SQLite only refused because another connection writes, and nothing came of the statement yet."""
    if many or not in_pool() or context["connection"].vendor != "sqlite":
        return False
    cause = error.__cause__
    busy = isinstance(cause, sqlite3.OperationalError) and cause.sqlite_errorcode == sqlite3.SQLITE_BUSY
    return busy and not context["connection"].connection.in_transaction


def slice_waits(connection: Any, **_: Any) -> None:
    """For a new connection of the pool."""
    if connection.vendor == "sqlite" and in_pool():
        connection.connection.execute(f"PRAGMA busy_timeout = {_SLICE_MILLISECONDS}")


connection_created.connect(slice_waits, dispatch_uid="slice_waits")
