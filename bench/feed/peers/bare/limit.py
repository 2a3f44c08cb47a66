"""The limit of question A: what is left when a person writes the SQL and the answer by hand, for this question alone.

A bare ASGI application, two statements of SQLite run in the event loop, the same rights as the project's selector, no
GraphQL: the request is read and not looked at.
"""

import os
import sqlite3
from base64 import b64encode, urlsafe_b64encode
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

import orjson

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

ITEMS = """
SELECT c.id, c.title, c.summary, c.first_published_at, r.key, r.width, r.height
FROM content_contentitem c LEFT JOIN media_rendition r ON r.media_id = c.cover_id
WHERE c.live AND EXISTS (
  SELECT 1 FROM content_contentitem_audience a JOIN regions_division d ON d.code = a.division_id
  WHERE a.contentitem_id = c.id AND d.level = 1)
ORDER BY c.first_published_at DESC, c.id DESC LIMIT 21
"""
CITATIONS = """
SELECT q.content_id, a.label, l.short_name
FROM content_contentcitation q JOIN statutes_article a ON a.id = q.article_id
JOIN statutes_lawversion v ON v.id = a.version_id JOIN statutes_law l ON l.id = v.law_id
WHERE q.content_id IN ({marks}) ORDER BY q.position
"""
SIZE = 20
PICTURES = os.environ["BENCH_PICTURES"]


def connect() -> sqlite3.Connection:
    """The bench's database, which nobody may change."""
    return sqlite3.connect(f"file:{os.environ['BENCH_DATABASE']}?mode=ro", uri=True, isolation_level=None)


def iso(stored: str) -> str:
    """A time as Django stores it in SQLite, as GraphQL tells it."""
    return f"{stored.replace(' ', 'T')}+00:00"


def connection_of(database: sqlite3.Connection, found: list[tuple[Any, ...]]) -> dict[str, Any]:
    """The page made of rows of ITEMS, with their citations."""
    rows = found[:SIZE]
    cited: dict[int, list[dict[str, Any]]] = {row[0]: [] for row in rows}
    marks = ",".join("?" * len(rows))
    for content, label, law in database.execute(CITATIONS.format(marks=marks), list(cited)):
        article = {"label": label, "law": {"shortName": law}}
        cited[content].append({"quote": f"《{law}》{label}", "article": article})
    edges = [_edge(row, cited[row[0]]) for row in rows]
    return {"edges": edges, "pageInfo": {"hasNextPage": len(found) > SIZE, "endCursor": edges[-1]["cursor"]}}


def _edge(row: tuple[Any, ...], citations: list[dict[str, Any]]) -> dict[str, Any]:
    key, title, summary, stored, picture, width, height = row
    published = iso(stored)
    cursor = urlsafe_b64encode(orjson.dumps(["ContentItemConnection", published, key])).rstrip(b"=").decode()
    node = {
        "id": b64encode(b"ContentItem:%d" % key).decode(),
        "title": title,
        "summary": summary,
        "publishedAt": published,
        "cover": {"url": f"{PICTURES}/{picture}", "width": width, "height": height},
        "citations": citations,
    }
    return {"cursor": cursor, "node": node}


async def respond(receive: Receive, send: Send, answer: dict[str, Any]) -> None:
    """Read the request to its end, then send the answer as JSON."""
    while (await receive()).get("more_body"):
        pass
    body = orjson.dumps(answer)
    headers = [(b"content-type", b"application/json; charset=utf-8"), (b"content-length", b"%d" % len(body))]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": body})


_database = connect()


async def application(_scope: Scope, receive: Receive, send: Send) -> None:
    """ASGI."""
    found = _database.execute(ITEMS).fetchall()
    await respond(receive, send, {"data": {"feed": connection_of(_database, found)}})
