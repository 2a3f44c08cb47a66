"""What the fuzz test found, each by itself."""

import asyncio
from typing import Any

import orjson
import pytest

from backend.accounts import tokens
from backend.accounts.models import User
from tests.schema.fuzz.crafting import Request
from tests.schema.fuzz.endpoint import Outcome, let_go, sent, serving

FEED = "query($n: Int, $at: String) { feed(first: $n, after: $at) { edges { cursor } } }"


def asked(*variables: dict[str, Any], query: str, token: str = "") -> list[tuple[int, list[str]]]:
    """Status and codes of the responses to one document with each of several variables, one after the other."""

    async def ask() -> list[tuple[int, list[str]]]:
        application, found = serving(Outcome()), []
        for given in variables:
            status, body = await sent(application, Request("", {"query": query, "variables": given}), token)
            errors = orjson.loads(body).get("errors", [])
            found.append((status, [error["extensions"]["code"] for error in errors]))
        await let_go()
        return found

    return asyncio.run(ask())


@pytest.mark.django_db(transaction=True)
def test_a_bad_variable_is_told_when_the_answer_to_a_good_one_is_kept() -> None:
    token = tokens.issue(User.objects.create(nickname="测试"))
    found = asked({"n": 1}, {"n": 1}, {"n": []}, {"n": "1"}, {"n": 0}, {"n": 1}, query=FEED, token=token)
    good, bad = (200, []), (400, ["GRAPHQL_VALIDATION_FAILED"])
    assert found == [good, good, bad, bad, (200, ["INVALID_PAGE"]), good]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("query", "variables"),
    [
        ("query($text: String) { laws(text: $text) { edges { cursor } } }", {"text": None}),
        ('query($n: Int) { divisionSearch(text: "村", first: $n) { code } }', {"n": None}),
        ("query($n: Int) { feed(first: $n) { edges { cursor } } }", {"n": None}),
        ("query($code: ID) { divisions(parent: $code) { code } }", {"code": None}),
    ],
    ids=["laws", "divisionSearch", "feed", "divisions"],
)
def test_null_is_as_good_as_nothing(query: str, variables: dict[str, Any]) -> None:
    assert asked(variables, {}, query=query) == [(200, []), (200, [])]
