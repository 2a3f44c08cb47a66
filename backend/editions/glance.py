"""Reading the number at a glance, where the database is a file of this machine."""

import sqlite3
from contextlib import suppress
from pathlib import Path
from typing import Any

from django.db import connection

from backend.editions.selectors import CURRENT


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
                row = self._connection.execute(CURRENT).fetchone()
                self._version, self._number = version, int(row[0]) if row else 0
        except sqlite3.Error:
            self._forget()
            return None
        return self._number

    def _forget(self) -> None:
        connection, self._connection, self._version = self._connection, None, None
        if connection is not None:
            with suppress(sqlite3.Error):  # of another thread's, which it may not even close
                connection.close()
