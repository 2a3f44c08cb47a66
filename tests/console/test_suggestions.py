"""The boxes that search while one types, and the form fields behind them."""

from typing import Any

import pytest
from django import forms

from backend.advisors.models import Advisor
from backend.regions.console import division_chooser
from backend.regions.models import Division
from tests.editorial import COUNTY, FAR_VILLAGE, VILLAGE, Office, at_desk, hire


def ask(user: Any, path: str, **query: str) -> list[dict[str, str]]:
    results: list[dict[str, str]] = at_desk(user).get(path, query).json()["results"]
    return results


def test_divisions_are_found_by_what_people_call_them(office: Office) -> None:
    found = ask(office.editor, "/console/suggest/divisions/", q="新都")
    assert found == [{"id": COUNTY, "label": "四川省 成都市 新都区", "hint": "县（市、区）"}]
    assert [row["id"] for row in ask(office.editor, "/console/suggest/divisions/", q="木兰社区")] == [VILLAGE]
    assert ask(office.editor, "/console/suggest/divisions/", q="新都", level="5") == []


@pytest.mark.parametrize("query", [{}, {"q": ""}, {"q": "　"}, {"q": "没有这里"}, {"q": "x" * 999}])
def test_a_strange_question_finds_nothing(office: Office, query: dict[str, str]) -> None:
    assert ask(office.editor, "/console/suggest/divisions/", **query) == []


def test_people_are_found_by_name_or_whole_phone_and_the_phone_is_not_shown(office: Office) -> None:
    hire("wang", phone="+8610000000001")
    for text in ("wang的", "100 0000 0001"):
        found = ask(office.supervisor, "/console/suggest/people/", q=text)
        assert [(row["label"], row["hint"]) for row in found] == [("wang的名字", "尾号 0001")]
    assert ask(office.supervisor, "/console/suggest/people/", q="0000") == []


def test_advisors_who_may_be_appointed_are_found(office: Office) -> None:
    for n, licence in enumerate(["active", "suspended"]):
        Advisor.objects.create(
            user=hire(f"lawyer{n}"), kind="lawyer", licence_number=f"510{n}", office="蓉和律师事务所", licence=licence
        )
    for text in ("lawyer", "蓉和", "510"):
        found = ask(office.supervisor, "/console/suggest/advisors/", q=text)
        assert [row["label"] for row in found] == ["lawyer0的名字（蓉和律师事务所）"]
    assert ask(office.supervisor, "/console/suggest/advisors/") == []


@pytest.mark.parametrize("path", ["/console/suggest/people/", "/console/suggest/advisors/"])
def test_only_those_who_need_them_may_search_people(office: Office, path: str) -> None:
    answer = at_desk(office.editor).get(path, {"q": "e"}, headers={"X-Requested-With": "XMLHttpRequest"})
    assert answer.status_code == 403
    assert "editor的名字" not in answer.text


def test_the_chooser_shows_what_is_chosen_and_not_the_whole_country(
    office: Office, django_assert_num_queries: Any
) -> None:
    field = forms.ModelMultipleChoiceField(Division.objects.all(), widget=division_chooser(multiple=True))
    with django_assert_num_queries(1):
        html = field.widget.render("audience", [FAR_VILLAGE, VILLAGE, "nonsense"], {"id": "id_audience"})
    assert html.count('type="hidden"') == 2
    assert html.index("八角井") < html.index("木兰社区")
    assert "<option" not in html


@pytest.mark.parametrize("value", [["x"], ["510000000001"], "510114006003x"])
def test_the_field_takes_existing_divisions_only(office: Office, value: Any) -> None:
    field = forms.ModelMultipleChoiceField(Division.objects.all(), widget=division_chooser(multiple=True))
    with pytest.raises(forms.ValidationError):
        field.clean(value)
