"""The whole endpoint without a socket in front, and what it was seen to do."""

import asyncio
import json
from collections import Counter
from dataclasses import dataclass, field
from threading import Barrier
from typing import Any
from urllib.parse import urlencode

import orjson
from django.db import connections

from backend.live.hub import Hub
from backend.live.threads import in_thread, pool
from backend.schema import schema
from backend.schema.endpoint import _AccessTokens, _edition, policy
from backend.schema.plans.kept import Plans
from backend.schema.server.answers import Answers
from backend.schema.server.application import Application
from backend.schema.server.cache import AnswerCache, Editions
from backend.schema.server.documents import DocumentCache
from backend.schema.server.engine import Engine
from backend.schema.server.observe import Observation, Observer
from tests.schema.fuzz.crafting import Request

#: What is kept at most of documents, plans and answers, so that all of it is soon full.
KEPT = 50
#: Nothing takes so long, whatever else the machine does.
SECONDS = 30
#: The name of operations that only fill the caches.
FILLER = "filler"
BREAKING = {"INTERNAL", "TIMED_OUT", "OUTCOME_UNKNOWN", "BUSY"}


@dataclass
class Outcome:
    """What came of all requests. It is one of the engine's recorders."""

    codes: Counter[str] = field(default_factory=Counter)
    broken: list[str] = field(default_factory=list)
    slowest: tuple[float, str] = (0.0, "")
    planned: int = 0
    cached: int = 0

    def note(self, request: Request, status: int, body: bytes) -> Any:
        """Take note of a response; its data."""
        response = orjson.loads(body)
        codes = {error["extensions"]["code"] for error in response.get("errors", [])}
        self.codes.update([f"{request.kind} {code}" for code in sorted(codes)] or [f"{request.kind} answered"])
        if status >= 500 or BREAKING & codes:
            self.broken.append(f"{status} {sorted(codes)} {request}")
        return response.get("data")

    def record(self, seen: Observation, _request_id: str) -> None:
        """See Recorder."""
        if seen.name == FILLER:
            return
        self.planned += seen.planned
        self.cached += seen.cached
        self.slowest = max(self.slowest, (seen.seconds, f"{seen.kind} of cost {seen.cost}"))

    async def close(self) -> None:
        """See Recorder."""


def serving(outcome: Outcome) -> Application:
    """The endpoint as it is served, with small caches."""
    engine = Engine(schema.graphql_schema, _AccessTokens(), policy(), observer=Observer(outcome))
    engine.documents = DocumentCache(schema.graphql_schema, policy(), limit=engine.limit, size=KEPT)
    engine.plans = Plans(schema.graphql_schema, size=KEPT)
    answers = Answers(engine, AnswerCache(KEPT), Editions(_edition))
    return Application(answers, path="/graphql", otherwise=_nowhere, hub=Hub())


async def _nowhere(*_: Any) -> None:
    raise AssertionError


async def sent(application: Application, request: Request, token: str) -> tuple[int, bytes]:
    """Status and body of the response. Raises TimeoutError where there is none in time."""
    scope = {
        "type": "http",
        "method": "GET" if request.get else "POST",
        "path": "/graphql",
        "query_string": _query_string(request.body) if request.get else b"",
        "headers": _headers(token),
        "client": ("192.0.2.1", 1),
    }
    body = b"" if request.get else _encoded(request.body)
    messages: list[Any] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message: Any) -> None:
        messages.append(message)

    async with asyncio.timeout(SECONDS):
        await application(scope, receive, send)
    return messages[0]["status"], b"".join(message.get("body", b"") for message in messages[1:])


async def let_go() -> None:
    """Close the connections of all threads of the pool, so that the database can be dropped."""
    together = Barrier(pool().size)

    def close() -> None:
        together.wait(SECONDS)
        connections.close_all()

    await asyncio.gather(*(in_thread(close) for _ in range(pool().size)))


def _headers(token: str) -> list[tuple[bytes, bytes]]:
    headers = [(b"content-type", b"application/json"), (b"accept", b"application/graphql-response+json")]
    return [*headers, (b"authorization", f"Bearer {token}".encode())] if token else headers


def _encoded(value: Any) -> bytes:
    """JSON as any client may write it: orjson would refuse what is too large, or half a character."""
    return json.dumps(value).encode()


def _query_string(body: dict[str, Any]) -> bytes:
    given = {name: value if isinstance(value, str) else _encoded(value) for name, value in body.items()}
    return urlencode({name: value for name, value in given.items() if value != b"null"}, errors="replace").encode()
