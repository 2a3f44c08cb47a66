"""Who a reader is to an audience."""

from typing import Any

import pytest

from backend.accounts.models import PeopleGroup, ReaderRole, User
from backend.content.standing import Standing, groups_of, reach, standing_of

COMMUNITY, VILLAGE = "510114006003", "510114006201"


def test_reach_is_the_village_and_all_above_it_and_none_without_one() -> None:
    assert reach(None) is None
    assert reach(COMMUNITY) == ("510000000000", "510100000000", "510114000000", "510114006000", COMMUNITY)


@pytest.mark.parametrize(
    ("named", "home", "groups"),
    [
        (0, None, 0),
        (0, COMMUNITY, PeopleGroup.COMMUNITIES),
        (0, VILLAGE, PeopleGroup.VILLAGES),
        (0, "510114006199", PeopleGroup.COMMUNITIES),
        (0, "510114006200", PeopleGroup.VILLAGES),
        (PeopleGroup.SCHOOLS, VILLAGE, PeopleGroup.SCHOOLS),
        (PeopleGroup.SCHOOLS | PeopleGroup.VILLAGES, COMMUNITY, PeopleGroup.SCHOOLS | PeopleGroup.VILLAGES),
        (PeopleGroup.MONASTERIES, None, PeopleGroup.MONASTERIES),
    ],
)
def test_who_named_no_group_belongs_to_that_of_their_home(named: int, home: str | None, groups: int) -> None:
    assert groups_of(named, home) == groups


@pytest.mark.parametrize(
    ("own", "asked", "language"),
    [
        ("zh-Hans", None, None),
        ("bo", None, "bo"),
        ("bo", "zh-Hans", None),
        ("bo", "ii", "ii"),
        ("zh-Hans", "ii", "ii"),
    ],
)
def test_the_language_asked_for_goes_before_ones_own(own: str, asked: str | None, language: str | None) -> None:
    viewer = User(village_id=VILLAGE, language=own, reader_roles=ReaderRole.VILLAGER | ReaderRole.ADVISOR)
    assert standing_of(viewer, asked) == Standing(reach(VILLAGE), 9, PeopleGroup.VILLAGES, language)


@pytest.mark.parametrize(("asked", "language"), [(None, None), ("zh-Hans", None), ("bo", "bo")])
def test_nobody_has_a_language_alone(asked: Any, language: str | None) -> None:
    assert standing_of(None, asked) == (None, 0, 0, language)
