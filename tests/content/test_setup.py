"""The editorial frame: groups, workflow, and a permission that nobody may hold."""

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import Group, Permission
from django.contrib.contenttypes.models import ContentType
from wagtail.models import TaskState, Workflow, WorkflowContentType, WorkflowTask

from backend.accounts.groups import ensure_group
from backend.content.frame import EDITORS, REVIEWERS, WORKFLOW, ensure_editorial_setup
from backend.content.models import ContentItem, ContentTranslation, ReviewTask
from tests.editorial import PROVINCE, Office, approve, draft, hire, submit


def stages() -> list[tuple[str, list[str]]]:
    """The stages of the review, each with the groups that decide there."""
    tasks = [task.specific for task in ContentItem.get_default_workflow().tasks]
    return [(task.name, [group.name for group in task.groups.all()]) for task in tasks]


def as_before() -> ReviewTask:
    """The one stage of earlier versions."""
    Workflow.objects.all().delete()
    ReviewTask.objects.all().delete()
    Group.objects.filter(name__in=REVIEWERS).delete()
    workflow = Workflow.objects.create(name=WORKFLOW)
    task = ReviewTask.objects.create(name="审核")
    task.groups.add(Group.objects.create(name="内容审核员"))
    WorkflowTask.objects.create(workflow=workflow, task=task, sort_order=0)
    kind = ContentType.objects.get_for_model(ContentItem)
    WorkflowContentType.objects.create(content_type=kind, workflow=workflow)
    return task


def test_the_one_stage_of_earlier_versions_becomes_the_first_of_three(office: Office) -> None:
    task = as_before()
    old = [hire(f"old{n}", "内容审核员", works_for=PROVINCE) for n in range(3)]
    item = draft(office.editor)
    submit(item, office.editor)
    ensure_editorial_setup()
    assert stages() == [("初审", ["初审员"]), ("复审", ["复审员"]), ("终审", ["终审员"])]
    assert not Group.objects.filter(name="内容审核员").exists()
    assert TaskState.objects.get().task_id == task.pk
    approve(item, *old)  # what was under review goes on, and they are three
    item.refresh_from_db()
    assert item.live
    assert ContentTranslation.get_default_workflow() == ContentItem.get_default_workflow()


@pytest.mark.parametrize("change", ["name", "stage", "group", "second", "division"])
def test_what_staff_arranged_themselves_stays(office: Office, change: str) -> None:
    task = as_before()
    workflow = task.workflow_tasks.get().workflow
    if change == "name":
        Workflow.objects.update(name="我们的审核")
    elif change == "stage":
        ReviewTask.objects.update(name="我们的环节")
    elif change == "group":
        task.groups.add(Group.objects.create(name="别的组"))
    elif change == "division":
        ReviewTask.objects.update(division=PROVINCE)
    else:
        WorkflowTask.objects.create(workflow=workflow, task=ReviewTask.objects.create(name="又一个"), sort_order=1)
    before = stages()
    ensure_editorial_setup()
    assert stages() == before
    assert ContentTranslation.get_default_workflow().pk == workflow.pk


def test_setting_up_twice_changes_nothing(office: Office, django_assert_max_num_queries: Callable[..., Any]) -> None:
    held = {group.name: set(group.permissions.all()) for group in Group.objects.all()}
    with django_assert_max_num_queries(24):
        ensure_editorial_setup()
    assert {group.name: set(group.permissions.all()) for group in Group.objects.all()} == held
    assert [workflow.name for workflow in Workflow.objects.all()] == ["内容审核"]
    assert stages() == [("初审", ["初审员"]), ("复审", ["复审员"]), ("终审", ["终审员"])]
    assert ContentTranslation.get_default_workflow() == ContentItem.get_default_workflow()


def test_setting_up_takes_the_publish_permission_from_whoever_holds_it(office: Office) -> None:
    permission = Permission.objects.get(codename="publish_contentitem")
    permission.group_set.add(Group.objects.get(name=EDITORS))
    permission.user_set.add(office.both)
    ensure_editorial_setup()
    assert not permission.group_set.exists()
    assert not permission.user_set.exists()


def test_no_group_holds_it_from_the_start(office: Office) -> None:
    assert not Group.objects.filter(permissions__codename="publish_contentitem").exists()


def test_wagtails_example_groups_go_unless_someone_is_in_them(office: Office) -> None:
    from backend.console.setup import ensure_groups

    assert not Group.objects.filter(name__in=["Editors", "Moderators"]).exists()
    Group.objects.create(name="Editors")
    hire("someone", "Editors")
    ensure_groups()
    assert Group.objects.filter(name="Editors").exists()


def test_ensure_group_refuses_a_permission_that_does_not_exist(db: None) -> None:
    with pytest.raises(LookupError, match="no_such"):
        ensure_group("某组", {"content.no_such"})
