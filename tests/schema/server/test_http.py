"""GraphQL over HTTP, over real HTTP."""

import httpx
import pytest

from backend.schema.server.documents import InvalidDocument
from tests.schema.server.conftest import Tiny

GRAPHQL = "application/graphql-response+json"


def post(tiny: Tiny, body: object, **headers: str) -> httpx.Response:
    return httpx.post(tiny.url, json=body, headers={k.replace("_", "-"): v for k, v in headers.items()})


def code(response: httpx.Response) -> str:
    return response.json()["errors"][0]["extensions"]["code"]


def test_a_query_is_answered_by_post_and_by_get(tiny: Tiny) -> None:
    posted = post(tiny, {"query": "{ hello }"}, accept=GRAPHQL)
    got = httpx.get(tiny.url, params={"query": "query($t:String!){ echo(text:$t) }", "variables": '{"t":"村"}'})
    assert (posted.status_code, posted.json()) == (200, {"data": {"hello": "你好"}})
    assert posted.headers["content-type"] == f"{GRAPHQL}; charset=utf-8"
    assert got.json() == {"data": {"echo": "村"}}
    assert got.headers["content-type"] == "application/json; charset=utf-8"


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"{", 400),
        (b"[]", 400),
        (b"{}", 400),
        (b'{"query": 7}', 400),
        (b'{"query": "{hello}", "variables": "x"}', 400),
        (b'{"query": "{hello}", "operationName": 1}', 400),
        (b'{"query": "{hello}", "extensions": []}', 400),
        (b'{"query": "' + b" " * 250_000 + b'"}', 413),
        (b"\xff\xfe", 400),
    ],
)
def test_a_malformed_request_is_refused_by_status_and_code(tiny: Tiny, body: bytes, status: int) -> None:
    response = httpx.post(tiny.url, content=body, headers={"content-type": "application/json"})
    assert (response.status_code, code(response)) == (status, "BAD_REQUEST")
    assert "请求格式不正确" in response.json()["errors"][0]["message"]


def test_media_types_and_methods(tiny: Tiny) -> None:
    form = httpx.post(tiny.url, data={"query": "{hello}"})
    picture = post(tiny, {"query": "{hello}"}, accept="image/png")
    put = httpx.put(tiny.url, json={"query": "{hello}"})
    assert [r.status_code for r in (form, picture, put)] == [415, 406, 405]
    assert put.headers["allow"] == "GET, POST"
    assert httpx.get(tiny.url, headers={"accept": "text/html"}).text == "<html>"
    assert httpx.get(tiny.url.replace("/graphql", "/other")).status_code == 418


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("{", "GRAPHQL_PARSE_FAILED"),
        ("{ nope }", "GRAPHQL_VALIDATION_FAILED"),
        ("{ ...a } fragment a on Query { ...a }", "GRAPHQL_VALIDATION_FAILED"),
        ("{ ...missing }", "GRAPHQL_VALIDATION_FAILED"),
        ("query($t: String!) { echo(text: $t) }", "GRAPHQL_VALIDATION_FAILED"),
        ("query A { hello } query B { hello }", "GRAPHQL_VALIDATION_FAILED"),
        ("{" * 3000, "GRAPHQL_PARSE_FAILED"),
        ("{ hello " * 5000, "GRAPHQL_PARSE_FAILED"),
        ("{ a: hello " + " " * 50_000 + "}", "GRAPHQL_VALIDATION_FAILED"),
    ],
)
def test_a_bad_document_is_400_in_the_new_media_type_and_200_in_the_old(tiny: Tiny, query: str, expected: str) -> None:
    new = post(tiny, {"query": query}, accept=GRAPHQL)
    old = post(tiny, {"query": query}, accept="application/json")
    assert (new.status_code, old.status_code) == (400, 200)
    assert code(new) == code(old) == expected
    assert "data" not in new.json()
    assert new.json()["errors"][0]["message"].startswith("查询")


def test_a_mutation_needs_post_and_changes_nothing_by_get(tiny: Tiny) -> None:
    refused = httpx.get(tiny.url, params={"query": "mutation { bump }"})
    assert (refused.status_code, refused.headers["allow"], tiny.bumps) == (405, "POST", 0)
    assert post(tiny, {"query": "mutation { bump }"}).json() == {"data": {"bump": 1}}


def test_an_expected_refusal_keeps_its_code_and_an_unexpected_one_only_its_number(tiny: Tiny) -> None:
    response = post(tiny, {"query": "{ hello refuse fail }"})
    body = response.json()
    assert response.status_code == 200
    assert body["data"] == {"hello": "你好", "refuse": None, "fail": None}
    refused, failed = sorted(body["errors"], key=lambda error: error["path"], reverse=True)
    assert refused["message"] == "不行"
    assert refused["extensions"] == {"code": "REFUSED", "field": "x"}
    assert failed["extensions"] == {"code": "INTERNAL", "id": response.headers["x-request-id"]}
    assert "hunter2" not in response.text


def test_tokens(tiny: Tiny) -> None:
    known = post(tiny, {"query": "{ who }"}, authorization="Bearer alice")
    expired = post(tiny, {"query": "mutation { bump }"}, authorization="Bearer expired")
    assert known.json() == {"data": {"who": "alice"}}
    assert (expired.status_code, code(expired), tiny.bumps) == (401, "TOKEN_EXPIRED", 0)
    assert post(tiny, {"query": "{ who }"}).json() == {"data": {"who": None}}


def test_the_address_is_the_peer_unless_a_proxy_is_trusted(tiny: Tiny) -> None:
    forged = post(tiny, {"query": "{ address }"}, x_forwarded_for="203.0.113.9")
    assert forged.json()["data"]["address"] == "127.0.0.1"
    tiny.application._http._trusted_proxies = 1
    believed = post(tiny, {"query": "{ address }"}, x_forwarded_for="203.0.113.9, 198.51.100.7")
    assert believed.json()["data"]["address"] == "198.51.100.7"


def test_a_document_is_parsed_once(tiny: Tiny, monkeypatch: pytest.MonkeyPatch) -> None:
    post(tiny, {"query": "{ hello }"})
    monkeypatch.setattr("backend.schema.server.documents.parse", None)
    assert post(tiny, {"query": "{ hello }"}).json() == {"data": {"hello": "你好"}}


def test_the_cache_forgets_the_oldest_and_keeps_mistakes(tiny: Tiny, monkeypatch: pytest.MonkeyPatch) -> None:
    documents = tiny.engine.documents
    documents._size = 2
    first = documents.load("{ hello }")
    documents.load("{ a: hello }")
    assert documents.load("{ hello }") is first
    with pytest.raises(InvalidDocument):
        documents.load("{ nope }")
    assert documents.load("{ hello }") is first
    assert len(documents._documents) == 2
    monkeypatch.setattr("backend.schema.server.documents.parse", None)
    with pytest.raises(InvalidDocument):
        documents.load("{ nope }")
