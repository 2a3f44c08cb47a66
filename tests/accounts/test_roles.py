"""Who holds which role, where; and profiles."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from backend.accounts import selectors, services
from backend.accounts.errors import InvalidNickname, InvalidPhone, RoleDivisionMismatch
from backend.accounts.models import Language, ReaderRole, RoleGrant, User
from backend.regions.models import Division
from tests.accounts.conftest import ADDRESS, PHONE, at_once, nothing_changes

Role = RoleGrant.Role
COUNTY, TOWNSHIP, VILLAGE, ELSEWHERE = "510114000000", "510114006000", "510114006003", "510112102001"

Divisions = dict[str, Division]


@pytest.fixture
def officer(make_user: Callable[..., User], divisions: Divisions) -> User:
    user = make_user(nickname="刘敏")
    services.grant_role(user=user, role=Role.STAFF, division=divisions[COUNTY])
    return user


def test_roles_of(officer: User, divisions: Divisions, django_assert_num_queries: Any) -> None:
    services.grant_role(user=officer, role=Role.OFFICIAL, division=divisions[VILLAGE])
    with django_assert_num_queries(1):
        held = [(grant.role, grant.division.name) for grant in selectors.roles_of(officer)]
    assert held == [("official", "木兰社区居委会"), ("staff", "新都区")]


def test_divisions_as(officer: User, divisions: Divisions, django_assert_num_queries: Any) -> None:
    services.grant_role(user=officer, role=Role.STAFF, division=divisions["510112000000"])
    with django_assert_num_queries(1):
        codes = [division.code for division in selectors.divisions_as(officer, Role.STAFF)]
    assert codes == ["510112000000", COUNTY]
    assert selectors.divisions_as(officer, Role.SUPERVISOR) == []


@pytest.mark.parametrize(
    ("code", "may"),
    [(COUNTY, True), (TOWNSHIP, True), (VILLAGE, True), ("510100000000", False), (ELSEWHERE, False)],
)
def test_may_act_in(officer: User, code: str, may: bool, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(1):
        assert selectors.may_act_in(officer, Role.STAFF, code) is may
    assert not selectors.may_act_in(officer, Role.SUPERVISOR, code)


@pytest.mark.parametrize("code", ["", "51", "x" * 12, "51011400600%"])
def test_nobody_may_act_in_what_is_no_division(officer: User, code: str) -> None:
    assert not selectors.may_act_in(officer, Role.STAFF, code)


def test_granting_twice_is_granting_once(officer: User, divisions: Divisions) -> None:
    with nothing_changes():
        services.grant_role(user=officer, role=Role.STAFF, division=divisions[COUNTY])


@pytest.mark.django_db(transaction=True)
def test_granting_at_once_is_granting_once(officer: User, divisions: Divisions) -> None:
    village = divisions[VILLAGE]
    outcomes = at_once(8, lambda _: services.grant_role(user=officer, role=Role.OFFICIAL, division=village))
    assert {type(outcome) for outcome in outcomes} == {RoleGrant}
    assert len(selectors.roles_of(officer)) == 2


@pytest.mark.parametrize(("role", "code"), [(Role.OFFICIAL, COUNTY), (Role.LAW_SAVVY, TOWNSHIP), (Role.STAFF, VILLAGE)])
def test_a_role_of_the_wrong_level_is_refused(
    officer: User, divisions: Divisions, role: RoleGrant.Role, code: str
) -> None:
    with nothing_changes(), pytest.raises(RoleDivisionMismatch):
        services.grant_role(user=officer, role=role, division=divisions[code])


def test_withdraw_role(officer: User, divisions: Divisions) -> None:
    with nothing_changes():
        services.withdraw_role(user=officer, role=Role.SUPERVISOR, division=divisions[COUNTY])
    for _ in range(2):
        services.withdraw_role(user=officer, role=Role.STAFF, division=divisions[COUNTY])
    assert selectors.roles_of(officer) == []


@pytest.mark.django_db(transaction=True)
def test_granting_and_withdrawing_at_once_leave_what_the_person_reads_as_true(
    officer: User, divisions: Divisions
) -> None:
    here, there = divisions[VILLAGE], divisions[ELSEWHERE]
    for _ in range(5):
        services.grant_role(user=officer, role=Role.OFFICIAL, division=here)
        services.withdraw_role(user=officer, role=Role.OFFICIAL, division=there)

        def act(place: int) -> None:
            person = User.objects.get(pk=officer.pk)
            if place:
                services.grant_role(user=person, role=Role.OFFICIAL, division=there)
            else:
                services.withdraw_role(user=person, role=Role.OFFICIAL, division=here)

        assert at_once(2, act) == [None, None]
        assert [grant.division for grant in selectors.roles_of(officer) if grant.role == Role.OFFICIAL] == [there]
        assert User.objects.get(pk=officer.pk).reader_roles & ReaderRole.OFFICIAL.value


def test_withdrawing_takes_the_person_first(officer: User, divisions: Divisions) -> None:
    with CaptureQueriesContext(connection) as asked:
        services.withdraw_role(user=officer, role=Role.STAFF, division=divisions[COUNTY])
    first = next(query["sql"] for query in asked if query["sql"].split()[0] in {"SELECT", "DELETE", "UPDATE"})
    assert first.startswith("SELECT")
    assert 'FROM "accounts_user"' in first
    assert ("FOR UPDATE" in first) is (connection.vendor == "postgresql")


def test_a_grant_claims_a_provisional_account(divisions: Divisions) -> None:
    services.request_code(phone=PHONE, address=ADDRESS)
    services.grant_role(user=User.objects.get(), role=Role.OFFICIAL, division=divisions[VILLAGE])
    assert not User.objects.get().provisional


def test_enrol_person_makes_or_claims_the_account(db: None) -> None:
    made = services.enrol_person(phone="100-0000-0101", nickname="周律师")
    assert (made.phone, made.nickname, made.provisional) == (PHONE, "周律师", False)
    assert not made.has_usable_password()
    with nothing_changes():
        assert services.enrol_person(phone=PHONE, nickname="别人") == made


def test_enrol_person_claims_a_provisional_account(db: None) -> None:
    services.request_code(phone=PHONE, address=ADDRESS)
    assert services.enrol_person(phone=PHONE) == User.objects.get()
    assert not User.objects.get().provisional


def test_enrol_person_refuses(db: None) -> None:
    with nothing_changes(), pytest.raises(InvalidPhone):
        services.enrol_person(phone="123")
    with nothing_changes(), pytest.raises(InvalidNickname):
        services.enrol_person(phone=PHONE, nickname="找我 1000000")


def test_update_profile_changes_what_is_given(officer: User) -> None:
    services.update_profile(user=officer, nickname=" 刘  敏 ")
    services.update_profile(user=officer, language=Language.BO)
    officer.refresh_from_db()
    assert (officer.nickname, officer.language) == ("刘 敏", "bo")
    with nothing_changes():
        services.update_profile(user=officer)


def test_update_profile_refuses_a_nickname_and_changes_nothing(officer: User) -> None:
    with nothing_changes(), pytest.raises(InvalidNickname) as caught:
        services.update_profile(user=officer, nickname="", language=Language.II)
    assert (caught.value.code, caught.value.field) == ("INVALID_NICKNAME", "nickname")
    assert officer.language == "zh-Hans"
