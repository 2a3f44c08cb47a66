"""The attacks that graphql-cop tries, and others, on the real server in production's settings.

Every document is let in (UNKNOWN_DOCUMENTS=open), so that what stops an attack is its own limit; the last test shows
the default, which refuses them all alike.
"""

import json
import time
from collections.abc import Iterator
from contextlib import closing
from typing import Any

import httpx
import pytest
from websockets.sync.client import connect

from backend.manifests import digest_of
from tests.production import everything, nothing_changes, production, token_of_somebody
from tests.running import System

NEW, OLD = "application/graphql-response+json", "application/json"
RENAME = '#: updateProfile(input: {nickname: "改了#"}) { errors { code } }'
WITH_INPUT = "mutation cop($i: UpdateProfileInput!) { updateProfile(input: $i) { errors { code } } }"


class Attacker:
    """Somebody with an account, so that only limits stand in their way."""

    def __init__(self, system: System, token: str) -> None:
        self.system = system
        self.token = token
        headers = {"authorization": f"Bearer {token}"}
        self.url = f"{system.url}/graphql"
        self.http = httpx.Client(headers=headers, timeout=30)

    def post(self, query: str, accept: str = NEW, **more: Any) -> httpx.Response:
        body = {"query": query, "operationName": "cop", **more}
        return self.http.post(self.url, json=body, headers={"accept": accept})

    def over_socket(self, query: str) -> dict[str, Any]:
        """The first message about an operation."""
        with connect(
            f"{self.system.url.replace('http', 'ws', 1)}/graphql", subprotocols=["graphql-transport-ws"]
        ) as ws:  # type: ignore[list-item]
            ws.send(json.dumps({"type": "connection_init", "payload": {"Authorization": f"Bearer {self.token}"}}))
            assert json.loads(ws.recv(timeout=10))["type"] == "connection_ack"
            ws.send(json.dumps({"type": "subscribe", "id": "1", "payload": {"query": query, "operationName": "cop"}}))
            return dict(json.loads(ws.recv(timeout=10)))


@pytest.fixture(scope="module")
def system(tmp_path_factory: pytest.TempPathFactory) -> Iterator[System]:
    with closing(production(tmp_path_factory.mktemp("production"))) as running:
        running.manage("migrate", "-v0")
        yield running.start_server_only()


@pytest.fixture(scope="module")
def attacker(system: System) -> Iterator[Attacker]:
    attacker = Attacker(system, token_of_somebody(system))
    with attacker.http:
        yield attacker


def codes(answer: httpx.Response) -> list[str]:
    return [error["extensions"]["code"] for error in answer.json()["errors"]]


def times(count: int, text: str) -> str:
    return " ".join(text.replace("#", f"n{number}") for number in range(count))


def test_what_is_allowed_does_change_something(attacker: Attacker) -> None:
    """Otherwise the proofs below would prove nothing."""
    before = everything(attacker.system)
    answer = attacker.post(f"mutation cop {{ {times(1, RENAME)} }}")
    assert answer.json() == {"data": {"n0": {"errors": []}}}
    assert everything(attacker.system) != before


CHAINED = "{ division(code: \"1\") { ...f0 } } " + " ".join(
    f"fragment f{n} on Division {{ a: ancestors {{ ...f{n + 1} }} b: ancestors {{ ...f{n + 1} }} }}" for n in range(22)
) + " fragment f22 on Division { name }"  # fmt: skip
MERGED = 'division(code: "1") { ' + "ancestors { " * 5
REFUSED = {
    "alias overloading": ("query cop { " + times(101, "#: __typename") + " }", "QUERY_LIMIT_EXCEEDED"),
    "alias overloading in small": ("query cop { " + times(51, "#: __typename") + " }", "QUERY_LIMIT_EXCEEDED"),
    "alias overloading of changes": ("mutation cop { " + times(6, RENAME) + " }", "QUERY_LIMIT_EXCEEDED"),
    "changes in a fragment": (
        "mutation cop { ...f } fragment f on Mutation { " + times(6, RENAME) + " }",
        "QUERY_LIMIT_EXCEEDED",
    ),
    "directive overloading": ("query cop { __typename @aa@aa@aa@aa@aa@aa@aa@aa@aa@aa }", "QUERY_LIMIT_EXCEEDED"),
    "directives everywhere": (
        "query cop { " + times(60, "... @include(if: true) { __typename }") + " }",
        "QUERY_LIMIT_EXCEEDED",
    ),
    "circular introspection": (
        "query cop { __schema { types { " + "fields { type { " * 4 + "name" + " } }" * 4 + " } } }",
        "INTROSPECTION_DISABLED",
    ),
    "introspection": ("query cop { __schema { types { name fields { name } } } }", "INTROSPECTION_DISABLED"),
    "introspection of a type": ('query cop { __type(name: "Viewer") { fields { name } } }', "INTROSPECTION_DISABLED"),
    "field duplication": ("query cop { " + "__typename \n" * 500 + "}", "QUERY_LIMIT_EXCEEDED"),
    "field duplication in small": ("query cop { " + "__typename " * 6 + "}", "QUERY_LIMIT_EXCEEDED"),
    "field suggestions": ("query cop { viewr { id } }", "GRAPHQL_VALIDATION_FAILED"),
    "22 chained fragments": (CHAINED.replace("{", "query cop {", 1), "QUERY_LIMIT_EXCEEDED"),
    "fragments in a circle": ("query cop { ...f } fragment f on Query { ...f }", "GRAPHQL_VALIDATION_FAILED"),
    "fragments in a wide circle": (
        "query cop { ...a } fragment a on Query { ...b } fragment b on Query { ...c } fragment c on Query { ...a }",
        "GRAPHQL_VALIDATION_FAILED",
    ),
    "undefined fragment": ("query cop { ...nobody }", "GRAPHQL_VALIDATION_FAILED"),
    "deep nesting": (
        'query cop { division(code: "1") { ' + "ancestors { " * 20 + "name" + " }" * 22,
        "QUERY_LIMIT_EXCEEDED",
    ),
    "nesting without end": ("query cop " + "{ a " * 3000, "QUERY_LIMIT_EXCEEDED"),
    "nested list": ("query cop { division(code: " + "[" * 150 + "]" * 150 + ") { name } }", "QUERY_LIMIT_EXCEEDED"),
    "a hundred thousand words": ("query cop { " + "a " * 20_000 + "}", "QUERY_LIMIT_EXCEEDED"),
    "many operations": (times(20, "query # { __typename }") + " query cop { __typename }", "QUERY_LIMIT_EXCEEDED"),
    "expensive lists": (
        "query cop { " + times(50, "#: divisionSearch(text: \"x\", first: 100) { ancestors { name } }") + " }",
        "QUERY_TOO_COSTLY",
    ),
    "comments": ("query cop { __typename }" + "\n#" * 20_000, "QUERY_LIMIT_EXCEEDED"),
    "unhandled errors": ("qwerty cop { abc }", "GRAPHQL_PARSE_FAILED"),
    "no such operation": ("query other { __typename }", "GRAPHQL_VALIDATION_FAILED"),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_an_attack_is_refused_by_its_code_at_once_and_changes_nothing(attacker: Attacker, name: str) -> None:
    query, expected = REFUSED[name]
    started = time.monotonic()
    with nothing_changes(attacker.system):
        new, old = attacker.post(query), attacker.post(query, OLD)
        told = attacker.over_socket(query)
    assert (new.status_code, old.status_code) == (400, 200)
    assert set(codes(new)) == set(codes(old)) == {expected}
    assert len(codes(new)) == 1
    assert "data" not in new.json()
    assert (told["type"], told["payload"][0]["extensions"]["code"]) == ("error", expected)
    # Each takes milliseconds; the first of the chained ones takes graphene's own rule 41 s.
    assert time.monotonic() - started < 15


def test_batches_are_refused(attacker: Attacker) -> None:
    with nothing_changes(attacker.system):
        one = {"query": f"mutation cop {{ {times(1, RENAME)} }}", "operationName": "cop"}
        for batch in ([one], [one] * 10, []):
            answer = attacker.http.post(attacker.url, json=batch)
            assert (answer.status_code, codes(answer)) == (400, ["BAD_REQUEST"])


def test_changes_by_get_are_refused_and_queries_are_not(attacker: Attacker) -> None:
    with nothing_changes(attacker.system):
        for query in ("mutation cop {__typename}", f"mutation cop {{ {times(1, RENAME)} }}"):
            refused = attacker.http.get(attacker.url, params={"query": query})
            assert (refused.status_code, refused.headers["allow"]) == (405, "POST")
            assert codes(refused) == ["BAD_REQUEST"]
    allowed = attacker.http.get(attacker.url, params={"query": "query cop {__typename}"})
    assert allowed.json() == {"data": {"__typename": "Query"}}


@pytest.mark.parametrize("kind", ["form", "multipart", "plain"])
def test_what_a_form_on_a_foreign_page_can_send_is_refused(attacker: Attacker, kind: str) -> None:
    query = f"mutation cop {{ {times(1, RENAME)} }}"
    body: dict[str, Any] = {
        "form": {"data": {"query": query}},
        "multipart": {"files": {"query": (None, query)}},
        "plain": {"content": json.dumps({"query": query}), "headers": {"content-type": "text/plain"}},
    }[kind]
    with nothing_changes(attacker.system):
        refused = attacker.http.post(attacker.url, **body)
        assert (refused.status_code, codes(refused)) == (415, ["BAD_REQUEST"])


def test_the_console_signs_nobody_in_here(system: System) -> None:
    """A member of staff visits a foreign page: the browser sends their cookies, and here they mean nothing."""
    script = (
        "from importlib import import_module; from django.conf import settings;"
        "from backend.accounts.models import User;"
        "from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY;"
        "user = User.objects.create(nickname='所长', is_staff=True, is_superuser=True);"
        "session = import_module(settings.SESSION_ENGINE).SessionStore();"
        "session.update({SESSION_KEY: str(user.pk), BACKEND_SESSION_KEY: settings.AUTHENTICATION_BACKENDS[0],"
        " HASH_SESSION_KEY: user.get_session_auth_hash()}); session.save(); print('key', session.session_key)"
    )
    cookies = {"sessionid": system.manage("shell", "-v0", "-c", script).split()[-1]}
    console = httpx.get(f"{system.url}/console/", cookies=cookies, headers={"host": "localhost"})
    assert console.status_code == 200, "the session does hold for the console"
    with nothing_changes(system):
        query = f"mutation cop {{ {times(1, RENAME)} }}"
        change = httpx.post(f"{system.url}/graphql", json={"query": query}, cookies=cookies)
        who = httpx.get(f"{system.url}/graphql", params={"query": "{ viewer { id } }"}, cookies=cookies)
    assert change.json()["data"]["n0"]["errors"] == [{"code": "SIGN_IN_REQUIRED"}]
    assert who.json() == {"data": {"viewer": None}}
    assert [name for answer in (change, who) for name in answer.headers if name == "set-cookie"] == []


@pytest.mark.parametrize("query", ["", "?query=%7B__typename%7D"])
def test_there_is_no_page_to_explore_with(attacker: Attacker, query: str) -> None:
    answer = attacker.http.get(attacker.url + query, headers={"accept": "text/html"})
    assert (answer.status_code, codes(answer)) == (406, ["BAD_REQUEST"])
    assert "graphiql" not in answer.text.lower()


def test_names_are_not_suggested(attacker: Attacker) -> None:
    for query, variables in (
        ("query cop { viewer { idd } }", {}),
        ("query cop { divisionSerch(text: 1) { name } }", {}),
        ("query cop { division(cod: 1) { name } }", {}),
        ("query cop { ... on Quer { __typename } }", {}),
        ("mutation cop { updateProfile(input: {language: ZH_HAN}) { errors { code } } }", {}),
        ("mutation cop($l: Language) { updateProfile(input: {language: $l}) { errors { code } } }", {"l": "ZH_HAN"}),
        (WITH_INPUT, {"i": {"nicknam": "x"}}),
    ):
        answer = attacker.post(query, variables=variables)
        assert (answer.status_code, set(codes(answer))) == (400, {"GRAPHQL_VALIDATION_FAILED"})
        assert "Did you mean" not in answer.text
        assert "ZH_HANS" not in answer.text


def test_variables_are_limited(attacker: Attacker) -> None:
    listed = "query cop($n: Int) { feed(first: $n) { edges { cursor } } }"
    assert attacker.post(listed, variables={"n": 1}).json() == {"data": {"feed": {"edges": []}}}
    deep: Any = 1
    for _ in range(500):
        deep = [deep]
    with nothing_changes(attacker.system):
        for value in ("x" * 60_000, ["x"] * 500, deep, {f"k{n}": n for n in range(2_000)}):
            for _ in range(2):
                change = attacker.post(WITH_INPUT, variables={"i": {"nickname": value}})
                query = attacker.post(listed, variables={"n": 1, "beside": value})
                for answer in (change, query):
                    assert (answer.status_code, codes(answer)) == (400, ["QUERY_LIMIT_EXCEEDED"])


def test_there_is_no_trace(attacker: Attacker) -> None:
    assert attacker.post("query cop { __typename }").json() == {"data": {"__typename": "Query"}}
    for method in ("TRACE", "PUT", "DELETE", "PATCH"):
        answer = attacker.http.request(method, attacker.url, json={"query": "query cop { __typename }"})
        assert (answer.status_code, answer.headers["allow"]) == (405, "GET, POST")


@pytest.fixture
def broken(tmp_path_factory: pytest.TempPathFactory) -> Iterator[System]:
    """Production whose database lacks two tables, so that whatever asks for them fails."""
    with closing(production(tmp_path_factory.mktemp("broken"))) as running:
        running.manage("migrate", "-v0")
        for table in ("regions_division", "accounts_accesstoken"):
            statement = f"ALTER TABLE {table} RENAME TO {table}_gone"
            running.manage(
                "shell", "-v0", "-c", f"from django.db import connection; connection.cursor().execute('{statement}')"
            )
        yield running.start_server_only()


def test_what_goes_wrong_inside_is_a_number_to_quote(broken: System) -> None:
    url = f"{broken.url}/graphql"
    partly = httpx.post(url, json={"query": '{ division(code: "510000000000") { name } __typename }'})
    wholly = httpx.post(url, json={"query": "{ __typename viewer { id } }"}, headers={"authorization": "Bearer x"})
    assert (partly.status_code, partly.json()["data"]) == (200, {"division": None, "__typename": "Query"})
    assert wholly.status_code == 500
    for answer in (partly, wholly):
        assert codes(answer) == ["INTERNAL"]
        assert answer.json()["errors"][0]["extensions"]["id"] == answer.headers["x-request-id"]
        for inside in ("regions_division", "accounts_", "no such table", "does not exist", "Traceback", "Error", ".py"):
            assert inside not in answer.text


TRUSTED, GONE = "query cop { viewer { id } }", "query Gone { whatTheContractNoLongerHas }"


@pytest.fixture(scope="module")
def default(tmp_path_factory: pytest.TempPathFactory) -> Iterator[System]:
    """Production with a manifest, and nothing said about other documents."""
    home = tmp_path_factory.mktemp("default")
    (home / "documents.json").write_text(json.dumps({digest_of(text): text for text in (TRUSTED, GONE)}))
    running = production(home, TRUSTED_DOCUMENTS=str(home / "documents.json"))
    del running.environment["UNKNOWN_DOCUMENTS"]
    with closing(running):
        running.manage("migrate", "-v0")
        yield running.start_server_only()


def test_by_default_production_answers_the_manifest_and_nothing_else(default: System) -> None:
    url = f"{default.url}/graphql"
    for query, _ in [*REFUSED.values(), ("query cop { viewer { displayName } }", "")]:
        answer = httpx.post(url, json={"query": query}, headers={"accept": NEW})
        assert (answer.status_code, codes(answer)) == (403, ["QUERY_NOT_TRUSTED"])
    named = httpx.get(url, params={"documentId": f"sha256:{digest_of(TRUSTED)}", "operationName": "cop"})
    assert named.json() == {"data": {"viewer": None}}
    unknown = httpx.get(url, params={"documentId": f"sha256:{digest_of('{ viewer { id } }')}"}, headers={"accept": NEW})
    assert (unknown.status_code, codes(unknown)) == (400, ["PERSISTED_QUERY_NOT_FOUND"])


def test_a_trusted_document_that_the_contract_no_longer_fits_is_told_in_the_log(default: System) -> None:
    url, expected = f"{default.url}/graphql", f"trusted document {digest_of(GONE)} does not fit the contract"
    deadline = time.monotonic() + 30
    while expected not in default.log.read_text():
        assert time.monotonic() < deadline, default.log.read_text()
        time.sleep(0.05)
    answer = httpx.get(url, params={"documentId": digest_of(GONE)}, headers={"accept": NEW})
    assert (answer.status_code, codes(answer)) == (400, ["GRAPHQL_VALIDATION_FAILED"])
