"""Three stages, three people, one version: what the review holds to, whatever is tried at it."""

from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from wagtail.models import GroupApprovalTask, ModelLogEntry, Task, TaskState, Workflow, WorkflowState, WorkflowTask

from backend.accounts.models import RoleGrant
from backend.content import finish, tasks
from backend.content.editing import submit_text
from backend.content.errors import NotReady, ReviewIncomplete, WindowPassed
from backend.content.frame import REVIEWERS
from backend.content.models import ContentItem, ContentTranslation, ReviewTask
from backend.notifications.models import Notification
from backend.regions.models import Division
from tests.editorial import (
    ELSEWHERE_PREFECTURE,
    PREFECTURE,
    PROVINCE,
    Office,
    address,
    approve,
    at_desk,
    draft,
    editor_form,
    hire,
    open_elsewhere,
    submit,
    translate,
    translation_form,
)


def stage(text: Any) -> TaskState:
    """The stage that the text is at."""
    state: TaskState = type(text).objects.get(pk=text.pk).current_workflow_task_state
    return state


def act(text: Any, user: Any, action: str = "approve", **details: Any) -> None:
    """Decide as the console's view does."""
    state = stage(text)
    state.task.specific.on_action(state, user, action, **details)


def texts(office: Office) -> list[Any]:
    """An item and a translation, not submitted."""
    item = draft(office.editor)
    return [item, translate(item, office.editor)]


@pytest.mark.parametrize("kind", [0, 1])
def test_each_stage_is_for_its_group_and_nobody_decides_twice(office: Office, kind: int) -> None:
    text = texts(office)[kind]
    submit(text, office.editor)
    everyone = hire("everyone", *REVIEWERS, works_for=PROVINCE)
    for place, reviewer in enumerate(office.reviewers):
        for other in office.reviewers:
            if other != reviewer:
                with pytest.raises(PermissionDenied):
                    act(text, other)
        if place == 0:
            act(text, everyone)
        else:
            with pytest.raises(PermissionDenied):
                act(text, everyone)
            act(text, reviewer)
        text.refresh_from_db()
        assert text.live is (place == 2)
    approvers = list(TaskState.objects.order_by("pk").values_list("finished_by", flat=True))
    assert approvers == [everyone.pk, office.second.pk, office.third.pk]


def test_a_translation_has_a_review_of_its_own(office: Office) -> None:
    item, text = texts(office)
    submit(text, office.editor)
    approve(text, *office.reviewers)
    item.refresh_from_db()
    text.refresh_from_db()
    assert (item.live, text.live) == (False, True)
    assert not Notification.objects.exists()
    submit(item, office.editor)
    approve(item, *office.reviewers)
    item.refresh_from_db()
    assert item.live


@pytest.mark.parametrize("place", [0, 1, 2])
def test_what_was_sent_back_begins_anew_and_the_old_approvals_count_for_nothing(office: Office, place: int) -> None:
    item = draft(office.editor)
    submit(item, office.editor)
    approve(item, *office.reviewers[:place])
    act(item, office.reviewers[place], "reject", comment="请改")
    at_desk(office.editor).post(address("edit", item.pk), editor_form(action="submit", title="改过的"))
    assert stage(item).task.name == "初审"
    assert stage(item).revision.content["title"] == "改过的"
    approve(item, *office.reviewers)
    item.refresh_from_db()
    assert (item.live, item.title) == (True, "改过的")
    last = WorkflowState.objects.latest("pk")
    assert last.task_states.values("finished_by").distinct().count() == 3


def test_it_does_not_go_on_in_the_middle(office: Office) -> None:
    """Wagtail's own way to resubmit would spare the mended text the first stage."""
    item = draft(office.editor)
    submit(item, office.editor)
    approve(item, office.reviewer)
    act(item, office.second, "reject", comment="请改")
    flow = WorkflowState.objects.get()
    with pytest.raises(PermissionDenied), transaction.atomic():
        flow.resume(office.editor)
    assert WorkflowState.objects.get().status == "needs_changes"


def test_a_version_saved_meanwhile_is_not_what_later_stages_see(office: Office) -> None:
    item = draft(office.editor)
    submitted = item.latest_revision_id
    submit(item, office.editor)
    for user in office.reviewers:
        item.title = f"第 {user.pk} 次偷换"
        item.save_revision(user=office.editor)
        assert stage(item).revision_id == submitted
        act(item, user)
    item.refresh_from_db()
    assert (item.live, item.title, item.live_revision_id) == (True, "夫妻共同财产", submitted)
    assert item.has_unpublished_changes


@pytest.mark.parametrize("arrangement", ["none", "one", "stock", "inactive", "two"])
def test_however_the_review_is_arranged_three_people_must_have_approved(office: Office, arrangement: str) -> None:
    """A superuser can arrange workflows, so a workflow alone is no promise."""
    workflow = Workflow.objects.get()
    keep = {"none": 0, "one": 1, "two": 2, "stock": 0, "inactive": 3}[arrangement]
    for row in list(WorkflowTask.objects.order_by("sort_order"))[keep:]:
        row.delete()
    if arrangement == "stock":
        for n in range(3):
            task = GroupApprovalTask.objects.create(name=f"现成的环节{n}")
            task.groups.set(office.reviewer.groups.all())
            WorkflowTask.objects.create(workflow=workflow, task=task, sort_order=n)
    if arrangement == "inactive":
        Task.objects.filter(name="复审").update(active=False)
    item = draft(office.editor)

    def press_on() -> None:
        submit(item, office.editor)
        people = [office.reviewer] * 3 if arrangement == "stock" else office.reviewers
        for user in people:
            act(item, user)

    with pytest.raises((ReviewIncomplete, PermissionDenied)), transaction.atomic():
        press_on()
    item.refresh_from_db()
    assert not item.live
    assert not Notification.objects.exists()


def test_the_reviewer_is_told_that_the_arrangement_is_wrong(office: Office) -> None:
    Task.objects.filter(name__in=["复审", "终审"]).update(active=False)
    item = draft(office.editor)
    state = submit(item, office.editor)
    path = address("workflow_action", item.pk, "approve", state.pk)
    page = at_desk(office.reviewer).post(path, {"comment": ""}, follow=True)
    assert "还没有三位审核员" in page.text
    state.refresh_from_db()
    assert state.status == "in_progress"


def test_a_stage_may_be_tied_to_a_region_of_its_own(office: Office) -> None:
    """For instance: what counties write is decided at last by the province."""
    elsewhere = open_elsewhere()
    ReviewTask.objects.filter(name="终审").update(division=PROVINCE)
    item = draft(elsewhere.editor, ELSEWHERE_PREFECTURE, division_id=ELSEWHERE_PREFECTURE)
    submit(item, elsewhere.editor)
    approve(item, elsewhere.reviewer, elsewhere.second)
    with pytest.raises(PermissionDenied):
        act(item, elsewhere.third)
    act(item, office.third)
    item.refresh_from_db()
    assert item.live


@pytest.mark.parametrize("grant", [None, PREFECTURE, ELSEWHERE_PREFECTURE])
def test_a_superuser_in_the_group_decides_only_where_they_act(office: Office, grant: str | None) -> None:
    open_elsewhere()
    item = draft(office.editor, division_id=PREFECTURE)
    state = submit(item, office.editor)
    if grant:
        RoleGrant.objects.create(user=office.chief, role="staff", division=Division.objects.get(pk=grant))
    answer = at_desk(office.chief).post(address("workflow_action", item.pk, "approve", state.pk), {"comment": ""})
    state.refresh_from_db()
    assert (answer.status_code, state.status) == ((302, "approved") if grant == PREFECTURE else (404, "in_progress"))


def test_a_reviewer_without_a_grant_sees_and_decides_nothing(office: Office) -> None:
    RoleGrant.objects.filter(user=office.reviewer).delete()
    item = draft(office.editor)
    state = submit(item, office.editor)
    assert at_desk(office.reviewer).get(address("inspect", item.pk)).status_code == 404
    with pytest.raises(PermissionDenied):
        state.task.specific.on_action(state, office.reviewer, "approve")


def test_a_scheduled_publication_runs_as_the_system_whoever_has_left_since(office: Office) -> None:
    item = draft(office.editor)
    item.go_live_at = timezone.now() + timedelta(hours=1)
    item.save_revision(user=office.editor)
    submit(item, office.editor)
    approve(item, *office.reviewers)
    for user in (office.editor, *office.reviewers):
        user.groups.clear()
        user.is_active = False
        user.save()
    RoleGrant.objects.all().delete()
    past = timezone.now() - timedelta(seconds=1)
    revision = item.revisions.get(approved_go_live_at__isnull=False)
    revision.content["go_live_at"] = past.isoformat()
    revision.approved_go_live_at = past
    revision.save()
    tasks.publish_due()
    item.refresh_from_db()
    assert (item.live, item.live_revision_id) == (True, revision.pk)
    entries = ModelLogEntry.objects.for_instance(item)
    assert entries.get(action="wagtail.publish.schedule").user == office.third
    assert entries.get(action="wagtail.publish.scheduled").user_id is None
    assert {entry.user for entry in entries.filter(action="wagtail.workflow.approve")} == set(office.reviewers)


@pytest.mark.parametrize("view", ["revisions_unschedule", "edit", "unpublish", "revisions_revert", "lock"])
def test_nobody_gets_a_scheduled_text_out_of_its_schedule_by_another_way(office: Office, view: str) -> None:
    keeper = hire("keeper", *REVIEWERS, "普法编辑", works_for=PROVINCE, is_superuser=True)
    item = draft(office.editor)
    item.go_live_at = timezone.now() + timedelta(hours=1)
    item.save_revision(user=office.editor)
    submit(item, office.editor)
    approve(item, *office.reviewers)
    revision = item.revisions.get(approved_go_live_at__isnull=False)
    rest = [revision.pk] if view.startswith("revisions") else []
    form = editor_form(action="publish", title="偷换", go_live_at="")
    at_desk(keeper).post(address(view, item.pk, *rest), form)
    item.refresh_from_db()
    revision.refresh_from_db()
    assert (item.live, revision.approved_go_live_at is None) == (False, False)
    assert item.revisions.count() == 2


@pytest.mark.parametrize("way", ["start", "edit", "add", "service", "translation"])
def test_what_the_check_refuses_is_submitted_by_no_way(office: Office, way: str) -> None:
    bad = {"summary": "有事打电话 13800138000"}
    item = draft(office.editor, summary="有事打电话 13800138000")
    desk = at_desk(office.editor)
    if way == "start":
        with pytest.raises(NotReady):
            item.get_workflow().start(item, office.editor)
    elif way == "service":
        with pytest.raises(NotReady):
            submit_text(text=item, by=office.editor)
    else:
        path, form = {
            "edit": (address("edit", item.pk), editor_form(action="submit", **bad)),
            "add": (address("add"), editor_form(action="submit", **bad)),
            "translation": (
                address("add", model=ContentTranslation),
                translation_form(item, action="submit", **bad),
            ),
        }[way]
        page = desk.post(path, form)
        assert page.status_code == 200
        assert "稿件还不能送审" in page.text
        assert "手机号 138…00" in page.text
    assert not WorkflowState.objects.exists()
    assert (ContentItem.objects.count(), ContentTranslation.objects.count(), item.revisions.count()) == (1, 0, 1)


@pytest.mark.parametrize("kind", [0, 1])
def test_what_has_expired_before_the_last_approval_is_not_published_but_sent_back(
    office: Office, monkeypatch: pytest.MonkeyPatch, kind: int
) -> None:
    text = texts(office)[kind]
    text.expire_at = timezone.now() + timedelta(days=1)
    text.save_revision(user=office.editor)
    submit(text, office.editor)
    approve(text, *office.reviewers[:2])
    waiting = stage(text)
    later = timezone.now() + timedelta(days=2)
    monkeypatch.setattr(finish, "timezone", SimpleNamespace(now=lambda: later))
    with pytest.raises(WindowPassed):
        act(text, office.third)
    path = address("workflow_action", text.pk, "approve", waiting.pk, model=type(text))
    page = at_desk(office.third).post(path, {"comment": ""}, follow=True)
    assert "到期时间已经过去，请退回修改" in page.text
    text.refresh_from_db()
    assert (text.live, text.first_published_at, stage(text)) == (False, None, waiting)
    waiting.refresh_from_db()
    assert (waiting.status, waiting.finished_by) == ("in_progress", None)
    assert not Notification.objects.exists()
    act(text, office.third, "reject", comment="请改到期时间")
    assert text.workflow_states.get().status == "needs_changes"
