"""Reading and raising the number."""

import sqlite3
from pathlib import Path
from typing import Any

from django.db import connection, transaction

from backend.editions.models import Edition

_CURRENT = f'SELECT "number" FROM "{Edition._meta.db_table}"'  # noqa: S608, SLF001 - the name is our own, _meta documented


def current() -> int:
    """The number now; 0 before the first change. One statement."""
    with connection.cursor() as cursor:
        cursor.execute(_CURRENT)
        row = cursor.fetchone()
    return int(row[0]) if row else 0


class Glance:
    """Reads the number without waiting, where the database is a file of this machine: a microsecond, no thread.

    For one thread alone. It has a connection of its own, which only reads and never waits for a lock. SQLite tells by
    `data_version` whether any other connection has committed anything since.
    """

    def __init__(self, path: str) -> None:
        self._path = path
        self._connection: sqlite3.Connection | None = None
        self._version: Any = None
        self._number = 0

    @classmethod
    def where_it_can(cls) -> "Glance | None":
        """One for this installation; None where the database is a server."""
        path = str(connection.settings_dict["NAME"])
        return cls(path) if connection.vendor == "sqlite" and Path(path).is_absolute() else None

    def number(self) -> int | None:
        """The number now; None where the file cannot be read at once."""
        try:
            if self._connection is None:
                uri = f"{Path(self._path).as_uri()}?mode=ro"
                self._connection = sqlite3.connect(uri, uri=True, timeout=0, isolation_level=None)
            version = self._connection.execute("PRAGMA data_version").fetchone()
            if version != self._version:
                row = self._connection.execute(_CURRENT).fetchone()
                self._version, self._number = version, int(row[0]) if row else 0
        except sqlite3.Error:
            self._connection = self._version = None
            return None
        return self._number


def turn_page() -> None:
    """What the public reads is changed in this transaction: raise the number. Raises outside a transaction.

    From here to the end of their transactions, writers wait for each other.
    """
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("the change and its number must be seen together")
    Edition.raise_number()
