"""A tiny schema behind the real transport, served by a real uvicorn: the transport knows no domain, nor do these."""

import asyncio
import socket
import threading
import time
from collections.abc import AsyncGenerator, Collection, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import uvicorn
from django.db import connections
from graphql import (
    GraphQLArgument,
    GraphQLField,
    GraphQLInt,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLSchema,
    GraphQLString,
)

from backend.errors import Refusal
from backend.live.hub import Event, Hub
from backend.live.threads import in_thread, pool
from backend.schema.server.answers import Answers
from backend.schema.server.application import Application
from backend.schema.server.context import ANONYMOUS, Identity
from backend.schema.server.engine import Engine
from backend.schema.server.replies import Freshness
from backend.schema.server.wire import OPTIONS


class TokenExpired(Refusal):
    code = "TOKEN_EXPIRED"
    message = "登录已过期"


class TokenInvalid(Refusal):
    code = "TOKEN_INVALID"
    message = "登录已失效"


class Numbers:
    """A source whose events are the numbers 1 to `newest`."""

    def __init__(self) -> None:
        self.newest = 0
        self.rendered = 0

    async def latest(self) -> int:
        return self.newest

    async def read_after(self, position: int, limit: int) -> list[tuple[int, Any]]:
        return [(n, n) for n in range(position + 1, min(self.newest, position + limit) + 1)]

    async def still_allowed(self, keys: Any) -> set[int]:
        return set(keys)

    def expelled(self) -> Exception:
        return Refusal("不在名单上")


class Tiny:
    """The server under test and what it saw."""

    def __init__(self) -> None:
        self.numbers = Numbers()
        self.hub = Hub()
        self.bumps = 0
        self.open_streams = 0
        self.secret = "password=hunter2"
        self.ended: set[str] = set()
        self.engine = Engine(self._schema(), self)
        self.application = Application(
            Answers(self.engine), path="/graphql", otherwise=_elsewhere, hub=self.hub, page=b"<html>"
        )
        self.url = ""

    def identify(self, token: str) -> Identity:
        if token in self.ended:
            raise TokenInvalid
        if token == "expired":
            raise TokenExpired
        if token == "brief":
            return Identity("brief", datetime.now(UTC) + timedelta(seconds=1), token)
        return Identity(token, None, token) if token else ANONYMOUS

    def holding(self, tokens: Collection[str]) -> set[str]:
        return set(tokens) - self.ended

    def _schema(self) -> GraphQLSchema:
        text, number = GraphQLField(GraphQLString), GraphQLNonNull(GraphQLInt)

        def fail(*_: Any) -> str:
            raise RuntimeError(self.secret)

        def refuse(*_: Any) -> str:
            raise Refusal("不行", field="x")

        def bump(*_: Any) -> int:
            self.bumps += 1
            return self.bumps

        async def follow(_root: Any, _info: Any, after: int = 0) -> AsyncGenerator[Event, None]:
            return self._counted(self.hub.follow("numbers", self.numbers, key=1, after=after))

        def number_of(value: int, _info: Any, **_: Any) -> int:
            self.numbers.rendered += 1
            return value

        def slow(*_: Any) -> str:
            time.sleep(0.3)
            return "slow"

        def fresh(_root: Any, info: Any) -> str:
            info.context.freshness = Freshness("v1", max_age=60, public=True)
            return "v1"

        query = {
            "hello": GraphQLField(GraphQLString, resolve=lambda *_: "你好"),
            "who": GraphQLField(GraphQLString, resolve=lambda _r, info: info.context.viewer),
            "address": GraphQLField(GraphQLString, resolve=lambda _r, info: info.context.address),
            "echo": GraphQLField(
                GraphQLString,
                {"text": GraphQLArgument(GraphQLNonNull(GraphQLString))},
                resolve=lambda _r, _i, text: text,
            ),
            "fail": GraphQLField(text.type, resolve=fail),
            "refuse": GraphQLField(text.type, resolve=refuse),
            "slow": GraphQLField(text.type, resolve=slow),
            "fresh": GraphQLField(text.type, resolve=fresh),
        }
        return GraphQLSchema(
            GraphQLObjectType("Query", query),
            GraphQLObjectType("Mutation", {"bump": GraphQLField(number, resolve=bump)}),
            GraphQLObjectType(
                "Subscription",
                {
                    "numbers": GraphQLField(
                        number,
                        {"after": GraphQLArgument(GraphQLInt, default_value=0)},
                        subscribe=follow,
                        resolve=number_of,
                    )
                },
            ),
        )

    async def _counted(self, stream: AsyncGenerator[Event, None]) -> AsyncGenerator[Event, None]:
        self.open_streams += 1
        try:
            async for event in stream:
                yield event
        finally:
            self.open_streams -= 1
            await stream.aclose()

    def grow(self, to: int, *, wake: bool = True) -> None:
        """Let the source grow, and wake the topic as a channel layer's message would."""
        self.numbers.newest = to
        assert self.hub.loop is not None
        if wake:
            asyncio.run_coroutine_threadsafe(_wake(), self.hub.loop).result(5)


async def _wake() -> None:
    from channels.layers import get_channel_layer

    await get_channel_layer().group_send("numbers", {"type": "wake", "topic": "numbers", "recheck": False})


async def _elsewhere(_scope: Any, _receive: Any, send: Any) -> None:
    await send({"type": "http.response.start", "status": 418, "headers": []})
    await send({"type": "http.response.body", "body": b"elsewhere"})


@contextmanager
def serving(system: Tiny, **options: Any) -> Iterator[uvicorn.Server]:
    """The system's application, answering on a free port of this machine as `manage.py web` runs it."""
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    config = uvicorn.Config(
        system.application,
        log_config=None,
        proxy_headers=False,
        **{"timeout_graceful_shutdown": 4, **OPTIONS, **options},
    )
    server = uvicorn.Server(config)
    system.url = f"http://127.0.0.1:{listener.getsockname()[1]}/graphql"
    name = f"server {system.url}"
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, name=name, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    yield server
    server.should_exit = True
    thread.join(10)
    listener.close()


@pytest.fixture
def tiny(settings: Any) -> Iterator[Tiny]:
    """The tiny server, answering."""
    settings.CHANNEL_LAYERS = {"default": {"BACKEND": "channels.layers.InMemoryChannelLayer"}}
    system = Tiny()
    with serving(system):
        yield system


@pytest.fixture
def one_thread(settings: Any, transactional_db: None) -> Iterator[None]:
    """A pool of one thread, so that each operation has the connection of the one before; put away at the end."""
    settings.DATABASE_THREADS = 1
    pool.cache_clear()
    yield
    asyncio.run(in_thread(connections.close_all))
    pool.cache_clear()
