"""Divisions over GraphQL."""

from typing import Any

import pytest

from tests.conftest import Ask

SEARCH = """query ($text: String!, $near: ID, $first: Int) {
  divisionSearch(text: $text, near: $near, first: $first) {
    code name level fullName ancestors { code name level fullName }
  }
}"""


def refused(answer: dict[str, Any]) -> tuple[str, str]:
    (error,) = answer["errors"]
    return error["extensions"]["code"], error["extensions"]["field"]


def test_walking_down(ask: Ask, divisions, django_assert_num_queries):
    walk = "query ($parent: ID) { divisions(parent: $parent) { code name level } }"
    with django_assert_num_queries(1):
        top = ask(walk)
    assert top["data"]["divisions"] == [{"code": "510000000000", "name": "四川省", "level": "PROVINCE"}]
    with django_assert_num_queries(1):
        below = ask(walk, parent="510114006000")
    assert [row["name"] for row in below["data"]["divisions"]] == ["木兰社区居委会", "狮子社区居委会"]
    with django_assert_num_queries(1):
        assert ask(walk, parent="510114006003")["data"]["divisions"] == []


def test_a_parent_that_does_not_exist_is_told_from_a_leaf(ask: Ask, divisions):
    walk = "query ($parent: ID) { divisions(parent: $parent) { code } }"
    assert refused(ask(walk, parent="990000000000")) == ("NOT_FOUND", "parent")
    assert refused(ask(walk, parent="nonsense")) == ("INVALID_DIVISION", "parent")


def test_one_division(ask: Ask, divisions, django_assert_num_queries):
    one = "query ($code: ID!) { division(code: $code) { fullName ancestors { name } } }"
    with django_assert_num_queries(1):
        answer = ask(one, code="510114006003")
    assert answer["data"]["division"] == {
        "fullName": divisions["510114006003"].full_name,
        "ancestors": [{"name": name} for name in divisions["510114006003"].full_name.split(" ")[:-1]],
    }
    assert ask(one, code="990000000000") == {"data": {"division": None}}
    assert refused(ask(one, code="1")) == ("INVALID_DIVISION", "code")


def test_searching_costs_one_statement_however_many_ancestors(ask: Ask, divisions, django_assert_num_queries):
    with django_assert_num_queries(1):
        answer = ask(SEARCH, text="木兰", near="510114006004")
    assert [row["code"] for row in answer["data"]["divisionSearch"]] == ["510114006003"]
    assert [a["level"] for a in answer["data"]["divisionSearch"][0]["ancestors"]] == [
        "PROVINCE", "PREFECTURE", "COUNTY", "TOWNSHIP",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("variables", "code", "field"),
    [
        ({"text": "木" * 41}, "INVALID_INPUT", "text"),
        ({"text": "木兰", "near": "5"}, "INVALID_DIVISION", "near"),
        ({"text": "木兰", "first": 0}, "INVALID_INPUT", "first"),
        ({"text": "木兰", "first": 51}, "INVALID_INPUT", "first"),
    ],
)
def test_what_is_refused(ask: Ask, divisions, variables: dict[str, Any], code: str, field: str):
    assert refused(ask(SEARCH, **{"first": 20, **variables})) == (code, field)
