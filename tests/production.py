"""A system in production's settings, its people, and proof that nothing in it changed."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import psycopg

from tests.running import System

#: Complete, with a gateway at an address where nothing listens.
PRODUCTION = {
    "ENVIRONMENT": "production",
    "SECRET_KEY": "x" * 50,
    "TRUSTED_PROXY_COUNT": "0",
    "SMS_SENDER": "http",
    "SMS_URL": "https://127.0.0.1:9/send",
    "SMS_TOKEN": "sesame",
    "DEMO_PHONES": "false",
}


def production(home: Path, **environment: str) -> System:
    """A system in production's settings; UNKNOWN_DOCUMENTS is open unless told otherwise, so that limits are seen."""
    return System(home, **{**PRODUCTION, "UNKNOWN_DOCUMENTS": "open", **environment})


def token_of_somebody(system: System) -> str:
    """Somebody's token, given out without a code: there is no gateway that would send one."""
    script = (
        "from backend.accounts import tokens; from backend.accounts.models import User;"
        "print('token', tokens.issue(User.objects.create(nickname='王大姐')))"
    )
    return system.manage("shell", "-v0", "-c", script).split()[-1]


@contextmanager
def nothing_changes(system: System) -> Iterator[None]:
    """Proof that every row of every table is as it was."""
    before = everything(system)
    assert before
    yield
    assert everything(system) == before


def everything(system: System) -> dict[str, list[tuple[Any, ...]]]:
    """All rows of all tables."""
    with closing(_connect(system)) as connection:
        cursor = connection.cursor()
        cursor.execute(_TABLES[type(connection)])
        tables = [name for (name,) in cursor.fetchall()]
        return {table: sorted(map(repr, cursor.execute(f'SELECT * FROM "{table}"').fetchall())) for table in tables}  # noqa: S608 - names of its own


_TABLES: dict[type, Any] = {
    sqlite3.Connection: "SELECT name FROM sqlite_master WHERE type = 'table'",
    psycopg.Connection: "SELECT tablename FROM pg_tables WHERE schemaname = 'public'",
}


def _connect(system: System) -> Any:
    url = system.environment["DATABASE_URL"]
    return psycopg.connect(url) if url.startswith("postgres") else sqlite3.connect(url.removeprefix("sqlite:///"))
