"""A schema of fields that take too long, each in a way of its own, on the real database in the real pool."""

import asyncio
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import httpx
import orjson
from django.db import connection, transaction
from graphql import (
    GraphQLArgument,
    GraphQLField,
    GraphQLInt,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLSchema,
    GraphQLString,
)

from backend.live.hub import Hub
from backend.schema.server.answers import Answers
from backend.schema.server.application import Application
from backend.schema.server.context import ANONYMOUS, Identity
from backend.schema.server.deadline import TimeLimit
from backend.schema.server.engine import Engine

_COUNT = "WITH RECURSIVE c(n) AS (VALUES (1) UNION ALL SELECT n + 1 FROM c WHERE n < {}) SELECT count(*) FROM c"
#: One statement that would run for minutes, by the database's vendor.
ENDLESS = {"sqlite": _COUNT.format(3_000_000_000), "postgresql": "SELECT pg_sleep(600)"}
#: One that runs for some milliseconds, and one for a second or more.
SHORT = {"sqlite": _COUNT.format(20_000), "postgresql": "SELECT pg_sleep(0.01)"}
LONG = {"sqlite": _COUNT.format(4_000_000), "postgresql": "SELECT pg_sleep(1.5)"}


async def until(condition: Callable[[], bool]) -> None:
    """Wait for what another thread does."""
    async with asyncio.timeout(60):
        while not condition():  # noqa: ASYNC110 - no event of asyncio tells it
            await asyncio.sleep(0.01)


def ask(sql: str, *parameters: Any) -> Any:
    """The first value of a statement's answer, by Django's cursor."""
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return cursor.fetchone()[0]


def insert(number: int) -> None:
    """Write a row, which commits where no transaction is open."""
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO deadline_probe (n) VALUES (%s)", [number])


def endless(*_: Any) -> int:
    return int(ask(ENDLESS[connection.vendor]))


def endless_by_driver(*_: Any) -> int:
    connection.ensure_connection()
    return int(connection.connection.execute(ENDLESS[connection.vendor]).fetchone()[0])


def swallowing(*_: Any) -> int:
    """Code that takes every failure for its own."""
    for _attempt in range(1_000_000):
        with suppress(Exception):
            endless()
    return 0


def stubborn(*_: Any) -> int:
    """The same, beside Django's cursor: nothing but stops can end it."""
    for _attempt in range(3):
        with suppress(Exception):
            endless_by_driver()
    return 3


def many_statements(*_: Any) -> int:
    return sum(ask("SELECT 1") for _ in range(50_000_000))


def write_then(rest: Callable[[], Any]) -> Callable[..., int]:
    """A change with `rest` in the same transaction."""

    def resolve(*_: Any, number: int) -> int:
        with transaction.atomic():
            insert(number)
            rest()
        return number

    return resolve


def write_savepoint(*_: Any, number: int) -> int:
    with transaction.atomic():
        insert(number)
        with transaction.atomic():
            insert(number)
            endless()
    return number


def write_commit_read(*_: Any, number: int) -> int:
    insert(number)
    endless()
    return number


def _length(*_: Any, text: str) -> int:
    return int(ask("SELECT length(%s)", text))


def _int(resolve: Callable[..., Any], **arguments: GraphQLArgument) -> GraphQLField:
    return GraphQLField(GraphQLInt, arguments, resolve=resolve)


class Slow:
    """The server, its gate for work that waits, and what it saw."""

    def __init__(self, *, trusted_proxies: int = 0, metrics: Any = None, **limit: Any) -> None:
        self.url = ""
        self.gate = threading.Event()
        self.items = self.touched = 0
        self.engine = Engine(self._schema(), self, limit=TimeLimit(**limit))
        self.application = Application(
            Answers(self.engine),
            path="/graphql",
            otherwise=_elsewhere,
            hub=Hub(),
            trusted_proxies=trusted_proxies,
            metrics=metrics,
        )

    def identify(self, _token: str) -> Identity:
        return ANONYMOUS

    def holding(self, tokens: Any) -> set[str]:
        return set(tokens)

    def _item(self, *_: Any) -> int:
        self.items += 1
        time.sleep(0.002)
        return self.items

    def _touch(self, *_: Any) -> int:
        """A change outside the database."""
        self.touched += 1
        return self.touched

    def _wait(self, *_: Any) -> int:
        return int(self.gate.wait(60))

    def _schema(self) -> GraphQLSchema:
        number = GraphQLArgument(GraphQLNonNull(GraphQLInt))
        item = GraphQLObjectType("Item", {"n": _int(self._item)})
        query = {
            "one": _int(lambda *_: ask("SELECT 1")),
            "length": _int(_length, text=GraphQLArgument(GraphQLNonNull(GraphQLString))),
            "endless": _int(endless),
            "byDriver": _int(endless_by_driver),
            "swallowing": _int(swallowing),
            "stubborn": _int(stubborn),
            "manyStatements": _int(many_statements),
            "items": GraphQLField(GraphQLList(item), resolve=lambda *_: range(10_000_000)),
            "wait": _int(self._wait),
        }
        mutation = {
            "touch": _int(self._touch),
            "write": _int(write_then(lambda: None), number=number),
            "writeEndless": _int(write_then(endless), number=number),
            "writeSwallowing": _int(write_then(swallowing), number=number),
            "writeMany": _int(write_then(many_statements), number=number),
            "writeSavepoint": _int(write_savepoint, number=number),
            "writeCommitRead": _int(write_commit_read, number=number),
        }
        return GraphQLSchema(GraphQLObjectType("Query", query), GraphQLObjectType("Mutation", mutation))

    async def post(
        self, query: str, variables: dict[str, Any] | None = None, headers: dict[str, str] | None = None
    ) -> httpx.Response:
        """Ask the whole application, in this process."""
        body = orjson.dumps({"query": query, "variables": variables})
        async with self.client() as client:
            return await client.post("/graphql", content=body, headers={**JSON, **(headers or {})})

    def client(self) -> httpx.AsyncClient:
        """Asks in this process."""
        return httpx.AsyncClient(transport=httpx.ASGITransport(self.application), base_url="http://server")

    def ask(self, *queries: str) -> list[httpx.Response]:
        """Ask one after the other."""

        async def run() -> list[httpx.Response]:
            return [await self.post(query) for query in queries]

        return asyncio.run(run())


async def _elsewhere(_scope: Any, _receive: Any, send: Any) -> None:
    await send({"type": "http.response.start", "status": 418, "headers": []})
    await send({"type": "http.response.body", "body": b"elsewhere"})


JSON = {"content-type": "application/json", "accept": "application/graphql-response+json"}
