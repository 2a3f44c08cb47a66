"""The editorial frame: groups, workflow, and a permission that nobody may hold."""

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import Group, Permission
from wagtail.models import Workflow

from backend.accounts.groups import ensure_group
from backend.content.models import ContentItem, ReviewTask
from backend.content.services import EDITORS, ensure_editorial_setup
from tests.editorial import Office, hire


def test_setting_up_twice_changes_nothing(office: Office, django_assert_max_num_queries: Callable[..., Any]) -> None:
    held = {group.name: set(group.permissions.all()) for group in Group.objects.all()}
    with django_assert_max_num_queries(16):
        ensure_editorial_setup()
    assert {group.name: set(group.permissions.all()) for group in Group.objects.all()} == held
    assert [workflow.name for workflow in Workflow.objects.all()] == ["内容审核"]
    assert ReviewTask.objects.count() == 1
    workflow = ContentItem.get_default_workflow()
    assert [task.specific.name for task in workflow.tasks] == ["审核"]


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
