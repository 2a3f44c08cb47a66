"""Who acts for which division is given and taken in the console, by those who keep the system."""

import pytest
from django.urls import reverse
from wagtail.models import ModelLogEntry

from backend.accounts.models import ReaderRole, RoleGrant
from tests.editorial import COUNTY, PREFECTURE, PROVINCE, VILLAGE, Office, address, at_desk, draft, hire


def test_a_role_is_given_and_taken_and_counts_at_once(office: Office) -> None:
    root = at_desk(office.root)
    person = hire("newcomer", "初审员")
    item = draft(office.editor, division_id=PREFECTURE)
    desk = at_desk(person)
    assert desk.get(address("inspect", item.pk)).status_code == 404
    sent = {"user": person.pk, "role": "staff", "division": PREFECTURE}
    assert root.post(reverse("role_grants:add"), sent).status_code == 302
    assert root.post(reverse("role_grants:add"), sent).status_code == 200  # held already
    grant = RoleGrant.objects.get(user=person)
    person.refresh_from_db()
    assert person.reader_roles & ReaderRole.STAFF
    assert desk.get(address("inspect", item.pk)).status_code == 200
    listed = root.get(reverse("role_grants:index")).text
    assert "newcomer的名字" in listed
    assert "普法工作人员" in listed
    assert root.post(reverse("role_grants:delete", args=[grant.pk])).status_code == 302
    person.refresh_from_db()
    assert not person.reader_roles & ReaderRole.STAFF
    assert desk.get(address("inspect", item.pk)).status_code == 404
    actions = ModelLogEntry.objects.filter(object_id=str(grant.pk), content_type__model="rolegrant")
    assert sorted(actions.values_list("action", flat=True)) == ["wagtail.create", "wagtail.delete"]


@pytest.mark.parametrize(
    ("role", "division", "sentence"),
    [
        ("staff", VILLAGE, "此角色不能授予该级别的区划"),
        ("official", COUNTY, "此角色不能授予该级别的区划"),
        ("staff", "999999999999", "选择一个有效的选项"),
        ("king", PROVINCE, "king"),
    ],
)
def test_what_cannot_be_held_is_refused(office: Office, role: str, division: str, sentence: str) -> None:
    person = hire("newcomer")
    sent = {"user": person.pk, "role": role, "division": division}
    answer = at_desk(office.root).post(reverse("role_grants:add"), sent)
    assert answer.status_code == 200
    assert sentence in answer.text
    assert not RoleGrant.objects.filter(user=person).exists()


@pytest.mark.parametrize("who", ["editor", "third", "supervisor"])
def test_others_give_themselves_nothing(office: Office, who: str) -> None:
    user = getattr(office, who)
    before = list(RoleGrant.objects.order_by("pk").values())
    desk = at_desk(user)
    sent = {"user": user.pk, "role": "supervisor", "division": PROVINCE}
    grant = RoleGrant.objects.first()
    assert grant is not None
    for path in (
        reverse("role_grants:add"),
        reverse("role_grants:index"),
        reverse("role_grants:edit", args=[grant.pk]),
        reverse("role_grants:delete", args=[grant.pk]),
    ):
        assert desk.get(path).status_code == 302
        assert desk.post(path, sent).status_code == 302
    assert list(RoleGrant.objects.order_by("pk").values()) == before


def test_a_role_is_not_rewritten_by_a_superuser_either(office: Office) -> None:
    grant = RoleGrant.objects.get(user=office.editor)
    path = reverse("role_grants:edit", args=[grant.pk])
    at_desk(office.root).post(path, {"user": office.editor.pk, "role": "supervisor", "division": PREFECTURE})
    grant.refresh_from_db()
    assert (grant.role, grant.division_id) == ("staff", PROVINCE)
