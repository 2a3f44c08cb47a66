"""GraphQL over HTTP, over real HTTP."""

import socket

import httpx
import pytest

from backend.schema.server.limits import Limits
from backend.schema.server.trusted import Policy
from tests.schema.server.conftest import Tiny

GRAPHQL = "application/graphql-response+json"
MULTIPART = b'--b\r\nContent-Disposition: form-data; name="query"\r\n\r\nmutation{bump}\r\n--b--\r\n'


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
        (b'[{"query": "{hello}"}]', 400),
        (b'[{"query": "mutation{bump}"}, {"query": "mutation{bump}"}]', 400),
        (b'"{hello}"', 400),
        (b'{"query": ""}', 400),
        (b'{"documentId": 7}', 400),
        (b'{"extensions": {"persistedQuery": {"version": 2, "sha256Hash": "x"}}}', 400),
        (b'{"extensions": {"persistedQuery": {"version": 1}}}', 400),
        (b'{"extensions": {"persistedQuery": "x"}}', 400),
        (b'{"query": "{hello}", "documentId": "' + b"0" * 64 + b'"}', 400),
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
    assert (response.status_code, code(response), tiny.bumps) == (status, "BAD_REQUEST", 0)
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
        ("{ hello " * 5000, "QUERY_LIMIT_EXCEEDED"),
        ("{ a: hello " + " " * 50_000 + "}", "QUERY_LIMIT_EXCEEDED"),
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


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (b"query=mutation%7Bbump%7D", "application/x-www-form-urlencoded"),
        (MULTIPART, "multipart/form-data; boundary=b"),
        (b'{"query": "mutation{bump}"}', "text/plain"),
        (b'{"query": "mutation{bump}"}', "text/plain; charset=utf-8; application/json"),
        (b'{"query": "mutation{bump}"}', "application/json, text/plain"),
        (b'{"query": "mutation{bump}"}', "application/json; charset=utf-16"),
        (b"mutation{bump}", "application/graphql"),
        (b'{"query": "mutation{bump}"}', ""),
    ],
    ids=["form", "multipart", "plain text", "hidden type", "two types", "utf-16", "application/graphql", "none"],
)  # fmt: skip
def test_what_a_foreign_page_can_send_without_asking_is_refused_and_changes_nothing(
    tiny: Tiny, body: bytes, content_type: str
) -> None:
    headers = {"content-type": content_type, "origin": "https://elsewhere.example"} if content_type else {}
    refused = httpx.post(f"{tiny.url}?query=mutation%7Bbump%7D", content=body, headers=headers)
    assert (refused.status_code, code(refused), tiny.bumps) == (415, "BAD_REQUEST", 0)


def test_no_foreign_page_is_given_leave(tiny: Tiny) -> None:
    """Without these headers a browser neither sends JSON for another site nor shows it what was answered."""
    asked = {"origin": "https://elsewhere.example", "access-control-request-method": "POST",
             "access-control-request-headers": "content-type"}  # fmt: skip
    preflight = httpx.options(tiny.url, headers=asked)
    assert preflight.status_code == 405
    answers = [preflight, post(tiny, {"query": "{hello}"}, origin="https://elsewhere.example"), httpx.get(tiny.url)]
    assert [name for answer in answers for name in answer.headers if name.startswith("access-control")] == []


def test_no_cookie_is_read_and_none_is_set(tiny: Tiny) -> None:
    cookies = {"sessionid": "alice", "csrftoken": "alice", "Authorization": "Bearer alice"}
    for answer in (
        httpx.post(tiny.url, json={"query": "{ who }"}, cookies=cookies),
        httpx.get(tiny.url, params={"query": "{ who }"}, cookies=cookies),
        post(tiny, {"query": "{ who }"}, authorization="Basic YWxpY2U6YWxpY2U="),
    ):
        assert answer.json() == {"data": {"who": None}}
        assert "set-cookie" not in answer.headers


def test_a_request_has_bounds_before_it_is_read(tiny: Tiny) -> None:
    tiny.engine.documents.policy = Policy(limits=Limits(address_bytes=200, body_bytes=300, body_seconds=0.2))
    long = httpx.get(tiny.url, params={"query": "{hello}", "operationName": "x" * 200})
    assert (long.status_code, code(long)) == (414, "BAD_REQUEST")
    large = post(tiny, {"query": "{hello}", "operationName": "x" * 300})
    assert (large.status_code, code(large)) == (413, "BAD_REQUEST")
    assert post(tiny, {"query": "{hello}"}).status_code == 200


def test_a_body_that_does_not_come_is_not_waited_for(tiny: Tiny) -> None:
    tiny.engine.documents.policy = Policy(limits=Limits(body_seconds=0.1))
    address = httpx.URL(tiny.url)
    with socket.create_connection((address.host, address.port or 80), timeout=10) as client:
        client.sendall(
            b"POST /graphql HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\n{"
        )
        assert client.recv(100).startswith(b"HTTP/1.1 408 ")


def test_answers_are_kept_by_nobody_unless_whoever_computed_them_says_so(tiny: Tiny) -> None:
    query = {"query": "{ fresh }"}
    for answer in (post(tiny, query), httpx.get(tiny.url, params={"query": "{ hello }"}), httpx.get(tiny.url)):
        assert (answer.headers["cache-control"], "etag" in answer.headers) == ("no-store", False)
    first = httpx.get(tiny.url, params=query)
    assert first.json() == {"data": {"fresh": "v1"}}
    assert first.headers["cache-control"] == "public, max-age=60"
    assert first.headers["vary"] == "accept, authorization, accept-encoding"
    for held in (first.headers["etag"], '"other", W/' + first.headers["etag"], "*"):
        again = httpx.get(tiny.url, params=query, headers={"if-none-match": held})
        assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", first.headers["etag"])
        assert "content-length" not in again.headers
    changed = httpx.get(tiny.url, params=query, headers={"if-none-match": '"v0"'})
    assert (changed.status_code, changed.json()) == (200, {"data": {"fresh": "v1"}})


def test_an_answer_with_an_error_is_kept_by_nobody(tiny: Tiny) -> None:
    answer = httpx.get(tiny.url, params={"query": "{ fresh refuse }"})
    assert (answer.status_code, answer.headers["cache-control"]) == (200, "no-store")
