"""A kept answer is compressed once, whoever asks first, and kept so."""

import asyncio
import gzip
from typing import Any

import pytest

from backend.schema.server import answers
from backend.schema.server.answers import Answers
from backend.schema.server.cache import AnswerCache, Editions, Kept
from backend.schema.server.http import GraphQLHTTP
from backend.schema.server.negotiation import JSON
from backend.schema.server.observe import Observation
from backend.schema.server.shortcuts import Shortcut
from tests.schema.server.conftest import Tiny

BODY = "村规民约".encode() * 400
TAKING, REFUSING = (b"accept-encoding", b"gzip"), (b"accept-encoding", b"identity")


async def get(http: GraphQLHTTP, *headers: tuple[bytes, bytes]) -> tuple[int, dict[str, str], bytes]:
    """Status, headers and body of a GET as ASGI has it."""
    sent: list[dict[str, Any]] = []

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    async def receive() -> dict[str, Any]:
        raise AssertionError("the request is not read")

    await http({"type": "http", "method": "GET", "query_string": b"q", "headers": list(headers)}, receive, send)
    return sent[0]["status"], {name.decode(): value.decode() for name, value in sent[0]["headers"]}, sent[1]["body"]


@pytest.fixture
def done(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The sizes of what was compressed."""
    sizes: list[int] = []

    def counted(body: bytes) -> bytes | None:
        sizes.append(len(body))
        return gzip.compress(body)

    monkeypatch.setattr(answers, "squeezed", counted)
    return sizes


@pytest.fixture
def http() -> GraphQLHTTP:
    """Knows one question, and keeps its answer."""
    cache = AnswerCache(10)
    cache.put("key", Kept.of(1, BODY))
    made = GraphQLHTTP(Answers(Tiny().engine, cache, Editions(lambda: 1, lambda: 1)))
    for gzipped in (False, True):
        made._shortcuts.learn((b"q", b"", gzipped), Shortcut("key", JSON, Observation()))
    return made


@pytest.mark.parametrize("first", [TAKING, REFUSING], ids=["gzip first", "plain first"])
def test_a_kept_answer_is_compressed_once(http: GraphQLHTTP, done: list[int], first: tuple[bytes, bytes]) -> None:
    async def story() -> None:
        for asking in (first, TAKING, REFUSING, TAKING, REFUSING):
            status, headers, body = await get(http, asking)
            assert (status, headers["vary"]) == (200, "accept, authorization, accept-encoding")
            assert int(headers["content-length"]) == len(body)
            assert headers.get("content-encoding") == ("gzip" if asking is TAKING else None)
            assert (gzip.decompress(body) if asking is TAKING else body) == BODY
            held, again, nothing = await get(http, asking, (b"if-none-match", headers["etag"].encode()))
            assert (held, again["etag"], nothing) == (304, headers["etag"], b"")

    asyncio.run(story())
    assert done == [len(BODY)]


def test_the_two_forms_have_etags_of_their_own(http: GraphQLHTTP) -> None:
    async def story() -> set[str]:
        return {(await get(http, asking))[1]["etag"] for asking in (TAKING, REFUSING)}

    assert len(asyncio.run(story())) == 2
