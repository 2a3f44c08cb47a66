"""Where staff may act: in their own divisions and below, by the roles that they hold."""

import pytest

from backend.accounts.models import RoleGrant, User
from backend.accounts.selectors import divisions_of
from backend.accounts.services import grant_role, withdraw_role
from backend.content import rights
from backend.content.models import ContentItem, ContentTranslation
from backend.regions.conditions import within
from backend.regions.models import Division
from tests.editorial import COUNTY, FAR_VILLAGE, PREFECTURE, PROVINCE, VILLAGE

pytestmark = pytest.mark.django_db


@pytest.fixture
def person(divisions: dict[str, Division]) -> User:
    return User.objects.create_user("somebody")


def grant(person: User, role: RoleGrant.Role, code: str) -> None:
    grant_role(user=person, role=role, division=Division.objects.get(code=code))


def test_staff_act_for_the_outermost_of_their_divisions(person: User):
    assert divisions_of(person) == []
    grant(person, RoleGrant.Role.STAFF, COUNTY)
    grant(person, RoleGrant.Role.SUPERVISOR, PREFECTURE)
    assert divisions_of(person) == [PREFECTURE]
    withdraw_role(user=person, role=RoleGrant.Role.SUPERVISOR, division=Division.objects.get(code=PREFECTURE))
    assert divisions_of(person) == [COUNTY]


def test_a_role_in_a_village_gives_no_rights_in_the_console(person: User):
    grant(person, RoleGrant.Role.OFFICIAL, VILLAGE)
    assert divisions_of(person) == []


def test_a_superuser_without_a_grant_acts_nowhere(divisions: dict[str, Division]):
    root = User.objects.create_superuser("root")
    item = ContentItem.objects.create(title="甲", summary="乙", division_id=COUNTY)
    assert not rights.may_see(root, item)
    assert not ContentItem.objects.filter(within(divisions_of(root))).exists()


def test_items_below_are_seen_and_those_above_and_beside_are_not(person: User):
    grant(person, RoleGrant.Role.STAFF, COUNTY)
    places = {VILLAGE: True, COUNTY: True, PREFECTURE: False, PROVINCE: False, FAR_VILLAGE: False, None: False}
    items = {code: ContentItem.objects.create(title="甲", summary="乙", division_id=code) for code in places}
    assert {code: rights.may_see(person, item) for code, item in items.items()} == places
    seen = ContentItem.objects.filter(within(divisions_of(person)))
    assert set(seen.values_list("division", flat=True)) == {VILLAGE, COUNTY}
    translation = ContentTranslation.objects.create(item=items[VILLAGE], language="bo", title="甲", summary="乙")
    assert rights.may_see(person, translation)


def test_an_audience_beyond_the_publishing_division_is_named():
    assert rights.beyond(COUNTY, [VILLAGE, COUNTY, PREFECTURE, FAR_VILLAGE]) == [PREFECTURE, FAR_VILLAGE]
    assert rights.beyond(None, [VILLAGE]) == [VILLAGE]
