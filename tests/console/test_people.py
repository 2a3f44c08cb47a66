"""Accounts in the console: who has acted is switched off, not deleted."""

from collections.abc import Callable
from typing import Any

import pytest
from django.urls import reverse
from wagtail.log_actions import log
from wagtail.models import ModelLogEntry, Revision, TaskState, WorkflowState

from backend.accounts.models import User
from backend.content.models import ContentItem, ErrorReport
from tests.editorial import VILLAGE, Office, approve, at_desk, draft, hire, publish, submit

REFUSED = "在系统里有操作记录，不能删除"


def _saved(person: User, office: Office) -> Any:
    return draft(office.editor).save_revision(user=person)


def _decided(person: User, office: Office) -> Any:
    item = draft(office.editor)
    state = submit(item, office.editor)
    approve(item, person)
    return state


def _submitted(person: User, office: Office) -> Any:
    return submit(draft(office.editor), person).workflow_state


def _logged(person: User, office: Office) -> Any:
    return log(instance=draft(office.editor), action="wagtail.edit", user=person)


def _wrote(person: User, _office: Office) -> Any:
    item = ContentItem(title="一篇", author=person)
    item.save()
    return item


DEEDS: dict[str, Callable[[User, Office], Any]] = {
    "saved a version": _saved,
    "decided": _decided,
    "submitted": _submitted,
    "stands in the log": _logged,
    "is an author": _wrote,
}


def by_whom(row: Any) -> Any:
    """The account that a row names."""
    row = type(row).objects.get(pk=row.pk)
    names = {Revision: "user_id", TaskState: "finished_by_id", WorkflowState: "requested_by_id"}
    return getattr(row, {**names, ModelLogEntry: "user_id", ContentItem: "author_id"}[type(row)])


@pytest.mark.parametrize("way", ["one", "many"])
@pytest.mark.parametrize("deed", DEEDS)
def test_who_has_acted_is_not_deleted_but_switched_off(office: Office, deed: str, way: str) -> None:
    person, idle = hire("somebody", "初审员", works_for="510000000000"), hire("idle")
    row = DEEDS[deed](person, office)
    desk = at_desk(office.root)
    one = reverse("wagtailusers_users:delete", args=[person.pk])
    many = f"/console/bulk/accounts/user/delete/?id={person.pk}&id={idle.pk}"
    page = desk.post({"one": one, "many": many}[way], follow=True).text
    assert f"somebody的名字{REFUSED}" in page
    assert "请改为停用" in page
    assert set(User.objects.filter(pk__in=[person.pk, idle.pk])) == {person, idle}
    assert by_whom(row) == person.pk
    off = f"/console/bulk/accounts/user/set_active_state/?id={person.pk}"
    assert desk.post(off, {"mark_as_active": "False"}).status_code == 302
    person.refresh_from_db()
    assert not person.is_active
    assert by_whom(row) == person.pk


@pytest.mark.parametrize("way", ["one", "many"])
def test_who_has_done_nothing_is_deleted(office: Office, way: str) -> None:
    reader = hire("reader")
    item = publish(office.editor)
    report = ErrorReport.objects.create(item=item, user=reader, division_id=VILLAGE, text="有错字")
    desk = at_desk(office.root)
    path = reverse("wagtailusers_users:delete", args=[reader.pk])
    desk.post(path if way == "one" else f"/console/bulk/accounts/user/delete/?id={reader.pk}")
    assert not User.objects.filter(pk=reader.pk).exists()
    report.refresh_from_db()
    assert report.user is None
