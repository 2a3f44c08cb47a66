"""Large answers are compressed for who takes that, and for nobody else."""

import gzip

import httpx
import pytest

from backend.schema.server.compression import MIN_BYTES, squeezed, takes_gzip
from backend.schema.server.replies import Freshness, Reply
from backend.schema.server.shortcuts import looks_of
from tests.schema.server.conftest import Tiny

LONG = "村规民约" * 400
ECHO = {"query": "query($t:String!){ echo(text:$t) }", "variables": {"t": LONG}}


@pytest.mark.parametrize(
    ("header", "taken"),
    [
        ("gzip", True),
        ("GZIP", True),
        ("gzip, deflate, br", True),
        ("br;q=1.0, gzip;q=0.5", True),
        ("*", True),
        ("x-gzip", True),
        ("", False),
        ("identity", False),
        ("br", False),
        ("gzip;q=0", False),
        ("gzip; q=0.000", False),
        ("gzip;q=0, *", False),
        ("*;q=0", False),
        ("gzipped", False),
        ("gzip," + "x" * 300, False),
    ],
    ids=str,
)
def test_gzip_is_taken_by_who_says_so(header: str, taken: bool) -> None:
    assert takes_gzip(header) is taken


def test_only_what_is_large_is_squeezed_and_always_to_the_same_bytes() -> None:
    assert squeezed(b"x" * (MIN_BYTES - 1)) is None
    body = b"x" * MIN_BYTES
    packed = squeezed(body)
    assert packed is not None
    assert (packed == squeezed(body), gzip.decompress(packed) == body, len(packed) < 100) == (True, True, True)


def test_a_large_answer_is_sent_compressed(tiny: Tiny) -> None:
    plain = httpx.post(tiny.url, json=ECHO, headers={"accept-encoding": "identity"})
    small = httpx.post(tiny.url, json=ECHO, headers={"accept-encoding": "br, gzip"})
    assert "content-encoding" not in plain.headers
    assert (small.headers["content-encoding"], small.headers["vary"]) == ("gzip", "accept-encoding")
    assert small.content == plain.content
    assert int(small.headers["content-length"]) < len(plain.content) / 10
    assert small.headers["content-type"] == plain.headers["content-type"]


def test_a_small_answer_and_one_to_who_says_nothing_stay_as_they_are(tiny: Tiny) -> None:
    with httpx.Client(headers={"accept-encoding": "gzip"}) as client:
        assert "content-encoding" not in client.post(tiny.url, json={"query": "{ hello }"}).headers
    request = httpx.Request("POST", tiny.url, json=ECHO)
    with httpx.Client() as client:
        answer = client.send(request)
    assert "content-encoding" not in answer.headers
    assert answer.json() == {"data": {"echo": LONG}}


def test_an_answer_with_errors_is_compressed_too(tiny: Tiny) -> None:
    query = {**ECHO, "query": "query($t:String!){ echo(text:$t) refuse }"}
    answer = httpx.post(tiny.url, json=query, headers={"accept-encoding": "gzip"})
    assert answer.headers["content-encoding"] == "gzip"
    assert (answer.json()["data"]["echo"], len(answer.json()["errors"])) == (LONG, 1)


def test_a_compressed_answer_has_an_etag_of_its_own() -> None:
    plain = Reply(200, b"x" * 2_000, "application/json", freshness=Freshness("v1", public=True))
    small = plain.compressed(squeezed(plain.body))
    assert (plain.compressed(None), small.encoding) == (plain, "gzip")
    assert (plain.final_status('"v1"'), plain.final_status('"v1-gzip"')) == (304, 200)
    assert (small.final_status('"v1"'), small.final_status('"v1-gzip"')) == (200, 304)


def test_who_takes_gzip_looks_different_from_who_does_not() -> None:
    scope = {"method": "GET", "query_string": b"q", "headers": [(b"accept", b"*/*")]}
    taking = {**scope, "headers": [*scope["headers"], (b"accept-encoding", b"br"), (b"accept-encoding", b"gzip")]}
    assert looks_of(scope) == (b"q", b"*/*", False)
    assert looks_of(taking) == (b"q", b"*/*", True)
