"""A hall of sockets: the tiny schema with more that can happen on a socket, and its bounds."""

import gc
import threading
from collections.abc import AsyncGenerator, Collection
from datetime import datetime
from typing import Any

import uvicorn
from django.db import OperationalError
from graphql import GraphQLArgument, GraphQLField, GraphQLInt, GraphQLNonNull, GraphQLSchema, GraphQLString

from backend.errors import Refusal
from backend.live.hub import Event
from backend.schema.server.answers import Answers
from backend.schema.server.application import Application
from backend.schema.server.bounds import Bounds
from backend.schema.server.connection import Connection
from backend.schema.server.context import Identity
from tests.schema.server.conftest import Tiny, _elsewhere

INTEGER = GraphQLNonNull(GraphQLInt)


class Hall(Tiny):
    """The server under test. Tokens are a person's name and, behind a dash, which of theirs it is."""

    server: uvicorn.Server

    def __init__(self, *, trusted_proxies: int = 0, **bounds: Any) -> None:
        self.gate = threading.Event()
        self.expiries: dict[str, datetime] = {}
        self.running = self.most_running = self.rechecks = 0
        self._counting = threading.Lock()
        super().__init__()
        self.application = Application(
            Answers(self.engine),
            path="/graphql",
            otherwise=_elsewhere,
            hub=self.hub,
            bounds=Bounds(**bounds),
            trusted_proxies=trusted_proxies,
        )

    def identify(self, token: str) -> Identity:
        if token == "held":
            self.gate.wait(10)
        if token == "broken":
            raise RuntimeError(self.secret)
        if token == "away":
            raise OperationalError(self.secret)
        known = super().identify(token)
        return Identity(token.split("-", maxsplit=1)[0], self.expiries.get(token), token) if token else known

    def holding(self, tokens: Collection[str]) -> set[str]:
        self.rechecks += 1
        return super().holding(tokens)

    def _schema(self) -> GraphQLSchema:
        schema = super()._schema()
        assert schema.query_type is not None
        assert schema.subscription_type is not None

        def held(*_: Any) -> str:
            with self._counting:
                self.running += 1
                self.most_running = max(self.running, self.most_running)
            self.gate.wait(10)
            with self._counting:
                self.running -= 1
            return "held"

        async def unopenable(*_: Any, **__: Any) -> Any:
            raise RuntimeError(self.secret)

        async def count(_root: Any, _info: Any, to: int) -> AsyncGenerator[Event, None]:
            return self._counted(_numbers(to))

        async def breaks(_root: Any, _info: Any, to: int) -> AsyncGenerator[Event, None]:
            return self._counted(_numbers(to, RuntimeError(self.secret)))

        async def refuses(_root: Any, _info: Any, to: int) -> AsyncGenerator[Event, None]:
            return self._counted(_numbers(to, Refusal("不行")))

        async def blobs(_root: Any, _info: Any, size: int) -> AsyncGenerator[Event, None]:
            return self._counted(self.hub.follow("numbers", self.numbers, key=1, after=0))

        def unpresentable(value: int, *_: Any, **__: Any) -> int:
            raise RuntimeError(self.secret)

        to, size = {"to": GraphQLArgument(INTEGER)}, {"size": GraphQLArgument(INTEGER)}
        number, text = GraphQLNonNull(GraphQLInt), GraphQLNonNull(GraphQLString)
        schema.query_type.fields.update(
            held=GraphQLField(GraphQLString, resolve=held),
            big=GraphQLField(GraphQLString, size, resolve=lambda _r, _i, size: "大" * size),
        )
        schema.subscription_type.fields.update(
            count=GraphQLField(number, to, subscribe=count, resolve=_itself),
            breaks=GraphQLField(number, to, subscribe=breaks, resolve=_itself),
            refuses=GraphQLField(number, to, subscribe=refuses, resolve=_itself),
            unopenable=GraphQLField(number, subscribe=unopenable, resolve=_itself),
            unpresentable=GraphQLField(number, to, subscribe=count, resolve=unpresentable),
            blobs=GraphQLField(text, size, subscribe=blobs, resolve=lambda _v, _i, size: "x" * size),
        )
        return schema

    def held(self) -> dict[str, Any]:
        """What is left of any socket, by where it is."""
        sockets, server = self.application.sockets, self.server.server_state
        found = {
            "places": sockets.places.taken,
            "sessions": dict(sockets.sessions._open),
            "streams": self.open_streams,
            "topics": dict(self.hub._topics),
            "transports": set(server.connections),
            "applications": set(server.tasks),
        }
        if not any(found.values()):
            gc.collect()
            found["connections"] = [thing for thing in gc.get_objects() if type(thing) is Connection]
        return {name: thing for name, thing in found.items() if thing}

    def holds_nothing(self) -> bool:
        """Whether nothing is left of any socket."""
        return not self.held()


async def _numbers(to: int, failure: Exception | None = None) -> AsyncGenerator[Event, None]:
    for number in range(1, to + 1):
        yield Event(number, number)
    if failure:
        raise failure


def _itself(value: int, *_: Any, **__: Any) -> int:
    return value
