"""How many SQL statements this project runs for a request, counted by SQLite itself; run with the project's settings.

    python -m bench.feed.statements TOKEN      prints, as JSON, name → statements

The ASGI application is asked in this process, and every connection that it opens is watched: nothing of the path that
a request takes is another than in life. What only opens a connection or a transaction is not counted.
"""

import asyncio
import json
import sys
from collections import Counter
from typing import Any

import django

django.setup()

import httpx
from django.db.backends.signals import connection_created

from backend.asgi import application
from bench.feed.questions import FEED, LARGEST_PAGE, LONG_FEED, SCREEN

_NOT_COUNTED = ("PRAGMA", "BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE")
_seen: Counter[str] = Counter()


def _watch(*, connection: Any, **_: Any) -> None:
    connection.connection.set_trace_callback(_count)


def _count(statement: str) -> None:
    if not statement.lstrip().upper().startswith(_NOT_COUNTED):
        _seen[statement] += 1


async def _statements(client: httpx.AsyncClient, document: str, token: str = "") -> int:
    """Those of the second time: the first may fill caches."""
    headers = {"authorization": f"Bearer {token}"} if token else {}
    for _ in range(2):
        _seen.clear()
        answer = await client.post("/graphql", json={"query": document}, headers=headers)
        if not answer.is_success or "errors" in answer.json():
            raise SystemExit(f"{answer.status_code}: {answer.text[:600]}")
    return _seen.total()


async def main(token: str) -> None:
    """Both questions, and the feed at its largest page."""
    connection_created.connect(_watch)
    transport = httpx.ASGITransport(application)
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as client:
        found = {
            "feed of 20": await _statements(client, FEED),
            f"feed of {LARGEST_PAGE}": await _statements(client, LONG_FEED),
            "screen": await _statements(client, SCREEN, token),
        }
    print(json.dumps(found))


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1]))
