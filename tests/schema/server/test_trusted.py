"""Trusted documents: by their ids, by HTTP and on sockets, and what becomes of all others."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest
from websockets.sync.client import connect

from backend.manifests import InvalidManifest, digest_of, read_manifests
from backend.schema.server.documents import DocumentCache
from backend.schema.server.trusted import (
    PROBES,
    Policy,
    Unknown,
)
from tests.schema.server.conftest import Tiny

ECHO = "query Echo($t: String!) { echo(text: $t) }"
BUMP = "mutation Bump { bump }"
FOLLOW = "subscription Follow { numbers }"
WIDE = "{ a: hello b: hello }"
IDS = {text: digest_of(text) for text in (ECHO, BUMP, FOLLOW, WIDE)}
GRAPHQL = {"accept": "application/graphql-response+json"}

Serving = Callable[..., Tiny]


@pytest.fixture
def serving(tiny: Tiny) -> Serving:
    """Makes the tiny server trust the documents above, and treat others as told."""

    def serve(unknown: str) -> Tiny:
        policy = Policy(unknown=Unknown(unknown), trusted={digest: text for text, digest in IDS.items()})
        tiny.engine.documents = DocumentCache(tiny.engine.schema, policy)
        return tiny

    return serve


def by_post(tiny: Tiny, **body: Any) -> httpx.Response:
    return httpx.post(tiny.url, json=body, headers=GRAPHQL)


def by_get(tiny: Tiny, **body: Any) -> httpx.Response:
    fields = {name: value if isinstance(value, str) else json.dumps(value) for name, value in body.items()}
    return httpx.get(tiny.url, params=fields, headers=GRAPHQL)


def by_socket(tiny: Tiny, **body: Any) -> dict[str, Any]:
    """The first message about an operation."""
    with connect(tiny.url.replace("http", "ws", 1), subprotocols=["graphql-transport-ws"]) as client:  # type: ignore[list-item]
        client.send('{"type":"connection_init"}')
        assert json.loads(client.recv(timeout=5)) == {"type": "connection_ack"}
        client.send(json.dumps({"type": "subscribe", "id": "1", "payload": body}))
        return dict(json.loads(client.recv(timeout=5)))


def code(answer: httpx.Response) -> str:
    return str(answer.json()["errors"][0]["extensions"]["code"])


#: How a document may be named, given its digest.
NAMED = {
    "bare": lambda digest: {"documentId": digest},
    "prefix": lambda digest: {"documentId": f"sha256:{digest}"},
    "apollo": lambda digest: {"extensions": {"persistedQuery": {"version": 1, "sha256Hash": digest}}},
}


@pytest.mark.parametrize("unknown", ["refuse", "limited", "open"])
@pytest.mark.parametrize("form", NAMED)
def test_a_trusted_document_is_named_by_its_id(serving: Serving, form: str, unknown: str) -> None:
    tiny = serving(unknown)
    request = {**NAMED[form](IDS[ECHO]), "variables": {"t": "村"}, "operationName": "Echo"}
    for answer in (by_post(tiny, **request), by_get(tiny, **request)):
        assert (answer.status_code, answer.json()) == (200, {"data": {"echo": "村"}})
    assert by_socket(tiny, **request)["payload"] == {"data": {"echo": "村"}}
    assert by_post(tiny, query=ECHO, **request).json() == {"data": {"echo": "村"}}


@pytest.mark.parametrize("form", NAMED)
def test_an_unknown_id_has_its_own_code(serving: Serving, form: str) -> None:
    tiny = serving("open")
    for digest in (digest_of("{ hello }"), IDS[ECHO].upper(), IDS[ECHO][:-1], "md5:0"):
        for answer in (by_post(tiny, **NAMED[form](digest)), by_get(tiny, **NAMED[form](digest))):
            assert (answer.status_code, code(answer)) == (400, "PERSISTED_QUERY_NOT_FOUND")
            assert len(answer.json()["errors"]) == 1
            assert answer.headers["cache-control"] == "no-store"
        told = by_socket(tiny, **NAMED[form](digest))
        assert (told["type"], told["payload"][0]["extensions"]["code"]) == ("error", "PERSISTED_QUERY_NOT_FOUND")
    assert httpx.post(tiny.url, json={"documentId": "x"}).status_code == 200


def test_a_mutation_by_id_needs_post_as_any_other(serving: Serving) -> None:
    tiny = serving("refuse")
    refused = by_get(tiny, documentId=IDS[BUMP])
    assert (refused.status_code, refused.headers["allow"], tiny.bumps) == (405, "POST", 0)
    assert by_post(tiny, documentId=IDS[BUMP]).json() == {"data": {"bump": 1}}


def test_a_text_that_no_manifest_holds_is_refused_and_not_even_parsed(serving: Serving) -> None:
    tiny = serving("refuse")
    for text in ("{ hello }", "{", "mutation { bump }", ECHO + " "):
        answer = by_post(tiny, query=text)
        assert (answer.status_code, code(answer)) == (403, "QUERY_NOT_TRUSTED")
        assert by_get(tiny, query=text).status_code == 403
        told = by_socket(tiny, query=text)
        assert (told["type"], told["payload"][0]["extensions"]["code"]) == ("error", "QUERY_NOT_TRUSTED")
    assert tiny.bumps == 0


def test_a_text_of_the_manifest_is_trusted_without_its_id(serving: Serving) -> None:
    tiny = serving("refuse")
    assert by_post(tiny, query=ECHO, variables={"t": "x"}).json() == {"data": {"echo": "x"}}
    assert by_socket(tiny, query=BUMP)["payload"] == {"data": {"bump": 1}}


def test_strangers_have_strict_limits_and_the_trusted_do_not(serving: Serving) -> None:
    tiny = serving("limited")
    assert by_post(tiny, query="{ hello }").json() == {"data": {"hello": "你好"}}
    assert by_post(tiny, query=WIDE).json() == {"data": {"a": "你好", "b": "你好"}}
    wider = "{ a: hello c: hello }"
    for answer in (by_post(tiny, query=wider), by_get(tiny, query=wider)):
        assert (answer.status_code, code(answer)) == (400, "QUERY_LIMIT_EXCEEDED")
    told = by_socket(tiny, query=wider)
    assert (told["type"], told["payload"][0]["extensions"]["code"]) == ("error", "QUERY_LIMIT_EXCEEDED")
    long = {"t": "x" * 20_000}
    assert by_post(tiny, query=ECHO, variables=long).status_code == 200
    refused = by_post(tiny, query=ECHO + " ", variables=long)
    assert (refused.status_code, code(refused)) == (400, "QUERY_LIMIT_EXCEEDED")


def test_a_subscription_is_limited_before_it_is_opened(serving: Serving) -> None:
    tiny = serving("limited")
    text = "subscription F($after: Int) { numbers(after: $after) }"
    told = by_socket(tiny, query=text, variables={"after": 0, "more": "x" * 20_000})
    assert (told["type"], told["payload"][0]["extensions"]["code"]) == ("error", "QUERY_LIMIT_EXCEEDED")
    assert tiny.open_streams == 0


def test_a_trusted_subscription_runs_where_all_else_is_refused(serving: Serving) -> None:
    tiny = serving("refuse")
    tiny.numbers.newest = 1
    assert by_socket(tiny, documentId=IDS[FOLLOW])["payload"] == {"data": {"numbers": 1}}


@pytest.mark.parametrize("probe", PROBES)
def test_whether_the_server_is_alive_may_always_be_asked(serving: Serving, probe: str) -> None:
    assert by_get(serving("refuse"), query=probe).json() == {"data": {"__typename": "Query"}}


def manifest(folder: Path, *texts: str, name: str = "app.json") -> Path:
    path = folder / name
    path.write_text(json.dumps({digest_of(text): text for text in texts}), encoding="utf-8")
    return path


def test_manifests_are_read_from_a_file_or_a_folder(tmp_path: Path) -> None:
    assert read_manifests("") == {}
    one = manifest(tmp_path, ECHO, BUMP)
    assert read_manifests(str(one)) == {IDS[ECHO]: ECHO, IDS[BUMP]: BUMP}
    manifest(tmp_path, BUMP, WIDE, name="app-2.json")
    assert read_manifests(str(tmp_path)).keys() == {IDS[ECHO], IDS[BUMP], IDS[WIDE]}


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("[]", "object"),
        ("{", "JSON"),
        ('{"0": "{ hello }"}', "SHA-256"),
        ('{"' + "0" * 64 + '": "{ hello }"}', "SHA-256"),
        ('{"' + digest_of("{ hello }").upper() + '": "{ hello }"}', "SHA-256"),
        ('{"' + digest_of("{ hello }") + '": 7}', "SHA-256"),
    ],
    ids=["list", "syntax", "number", "other digest", "upper case", "no text"],
)
def test_what_is_no_manifest_is_told_with_its_file(tmp_path: Path, content: str, said: str) -> None:
    path = tmp_path / "app.json"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(InvalidManifest, match=said) as refused:
        read_manifests(str(path))
    assert "app.json" in str(refused.value)
