"""The review: who may decide, by whatever address, and what readers see meanwhile. All through real requests."""

import threading
from typing import Any

import pytest
from django.contrib.auth.models import Group, Permission
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test import Client
from wagtail.models import TaskState, WorkflowState

from backend.accounts.models import User
from backend.content import selectors
from backend.content.frame import EDITORS, REVIEWERS
from backend.content.models import ContentItem
from backend.content.standing import reach
from backend.notifications.models import Notification
from tests.editorial import (
    PROVINCE,
    VILLAGE,
    Office,
    address,
    approve,
    at_desk,
    draft,
    editor_form,
    enact,
    hire,
    open_office,
    publish,
    submit,
)


def seen() -> list[str]:
    """Titles that a villager sees."""
    return [item.title for item in selectors.published_for(reach(VILLAGE))]


def written() -> ContentItem:
    """The only item."""
    return ContentItem.objects.get()


def decide(client: Client, item: ContentItem, action: str = "approve", comment: str = "", state: Any = None) -> Any:
    """Send a decision as the reading page does."""
    state = state or TaskState.objects.filter(workflow_state__object_id=str(item.pk)).latest("pk")
    return client.post(address("workflow_action", item.pk, action, state.pk), {"comment": comment})


def pass_review(item: ContentItem, office: Office) -> None:
    """Each reviewer approves from the reading page."""
    for user in office.reviewers:
        assert decide(at_desk(user), item).url == "/console/"


def test_written_submitted_approved_by_three_others_and_read(office: Office) -> None:
    desk = at_desk(office.editor)
    assert desk.post(address("add"), editor_form()).status_code == 302
    item = written()
    assert (item.author, item.live, seen()) == (office.editor, False, [])

    desk.post(address("edit", item.pk), editor_form(action="submit"))
    assert item.current_workflow_state.status == WorkflowState.STATUS_IN_PROGRESS
    assert seen() == []

    for place, user in enumerate(office.reviewers):
        assert seen() == []
        answer = decide(at_desk(user), item, comment=f"意见{place}")
        assert answer.status_code == 302
    assert seen() == ["夫妻共同财产"]
    decided = [
        (state.task.name, state.status, state.finished_by, state.comment) for state in TaskState.objects.order_by("pk")
    ]
    assert decided == [
        (stage, "approved", user, f"意见{place}")
        for place, (stage, user) in enumerate(zip(("初审", "复审", "终审"), office.reviewers, strict=True))
    ]
    assert Notification.objects.count() == 1


def test_submitting_while_creating_is_the_same(office: Office) -> None:
    at_desk(office.editor).post(address("add"), editor_form(action="submit"))
    assert written().author == office.editor
    assert list(selectors.awaiting_review(office.reviewer)) == [TaskState.objects.get()]
    assert seen() == []


@pytest.mark.parametrize("who", ["editor", "both", "root", "chief", "reviewer", "supervisor"])
@pytest.mark.parametrize("view", ["add", "edit"])
def test_nobody_publishes_from_the_editor(office: Office, who: str, view: str) -> None:
    item = draft(office.editor)
    path = address("add") if view == "add" else address("edit", item.pk)
    at_desk(getattr(office, who)).post(path, editor_form(action="publish", title="偷偷发布"))
    assert seen() == []
    assert not ContentItem.objects.filter(live=True).exists()


def test_not_even_who_was_given_the_publish_permission(office: Office) -> None:
    office.editor.user_permissions.add(Permission.objects.get(codename="publish_contentitem"))
    item = draft(office.editor)
    desk = at_desk(office.editor)
    desk.post(address("edit", item.pk), editor_form(action="publish"))
    assert seen() == []
    assert "action-publish" not in desk.get(address("edit", item.pk)).text


@pytest.mark.parametrize("is_superuser", [False, True])
def test_the_editor_offers_no_way_to_publish(office: Office, is_superuser: bool) -> None:
    item = publish(office.editor)
    writer = hire("writer", EDITORS, works_for=PROVINCE, is_superuser=is_superuser)
    page = at_desk(writer).get(address("edit", item.pk)).text
    assert "action-publish" not in page
    assert "action-submit" in page
    assert ("撤下" in page) is is_superuser


@pytest.mark.parametrize("who", ["both", "editor", "root", "chief", "second", "third", "supervisor"])
def test_the_author_superusers_and_those_of_other_stages_do_not_approve(office: Office, who: str) -> None:
    item = draft(office.both)
    state = submit(item, office.both)
    user = getattr(office, who)
    answer = decide(at_desk(user), item)
    assert answer.status_code in {302, 404}
    with pytest.raises(PermissionDenied):
        state.task.specific.on_action(state, user, "approve")
    state.refresh_from_db()
    assert (state.status, seen()) == ("in_progress", [])


def test_who_submits_anothers_text_does_not_approve_it(office: Office) -> None:
    item = draft(office.editor)
    submit(item, office.both)
    decide(at_desk(office.both), item)
    assert TaskState.objects.get().status == "in_progress"


def test_who_wrote_one_version_of_it_does_not_approve_it(office: Office) -> None:
    item = draft(office.editor)
    item.save_revision(user=office.both)
    item.save_revision(user=office.editor)
    submit(item, office.editor)
    decide(at_desk(office.both), item)
    assert TaskState.objects.get().status == "in_progress"


def test_the_author_who_is_also_reviewer_cannot_use_the_stage_of_another_item(office: Office) -> None:
    """The address names an item and a stage; Wagtail checks the right on the one and acts on the other."""
    others, own = draft(office.editor, title="别人的"), draft(office.both, title="自己的")
    submit(others, office.editor)
    state = submit(own, office.both)
    answer = decide(at_desk(office.both), others, state=state)
    assert answer.status_code == 404
    state.refresh_from_db()
    assert (state.status, seen()) == ("in_progress", [])


def test_the_author_cannot_approve_by_saving_with_an_action(office: Office) -> None:
    item = draft(office.both)
    submit(item, office.both)
    form = {**editor_form(action="workflow-action"), "workflow-action-name": "approve"}
    at_desk(office.both).post(address("edit", item.pk), form)
    assert seen() == []


def test_nobody_edits_what_is_under_review(office: Office) -> None:
    item = draft(office.editor)
    submit(item, office.editor)
    before = item.revisions.count()
    for user in (office.editor, office.both, office.root, office.reviewer):
        at_desk(user).post(address("edit", item.pk), editor_form(title="换了一篇"))
        revert = address("revisions_revert", item.pk, item.latest_revision_id)
        at_desk(user).post(revert, editor_form(title="换了一篇"))
    assert item.revisions.count() == before
    pass_review(item, office)
    assert seen() == ["夫妻共同财产"]


def test_sending_back_needs_a_reason_and_lets_the_author_go_on(office: Office) -> None:
    item = draft(office.editor)
    state = submit(item, office.editor)
    reviewer = at_desk(office.reviewer)
    answer = decide(reviewer, item, "reject", " ")
    assert answer.url == address("inspect", item.pk)
    state.refresh_from_db()
    assert state.status == "in_progress"

    decide(reviewer, item, "reject", "第二段不准确")
    state.refresh_from_db()
    assert (state.status, state.comment) == ("rejected", "第二段不准确")

    desk = at_desk(office.editor)
    assert "第二段不准确" in desk.get(address("inspect", item.pk)).text
    desk.post(address("edit", item.pk), editor_form(action="submit", title="改好了"))
    pass_review(item, office)
    assert seen() == ["改好了"]


def test_readers_keep_the_old_version_until_the_new_one_is_approved(office: Office) -> None:
    item = publish(office.editor)
    desk = at_desk(office.editor)
    desk.post(address("edit", item.pk), editor_form(title="新的标题"))
    assert seen() == ["夫妻共同财产"]
    desk.post(address("edit", item.pk), editor_form(action="submit", title="新的标题"))
    assert seen() == ["夫妻共同财产"]
    pass_review(item, office)
    assert seen() == ["新的标题"]


def test_what_is_published_is_what_was_approved(office: Office) -> None:
    item = draft(office.editor)
    read = item.latest_revision_id
    submit(item, office.editor)
    item.title = "审核之后才写的"
    item.save_revision(user=office.editor)
    assert "审核之后才写的" not in at_desk(office.reviewer).get(address("inspect", item.pk)).text
    for user in office.reviewers:
        decide(at_desk(user), item)
        item.save_revision(user=office.editor)
    assert seen() == ["夫妻共同财产"]
    assert set(TaskState.objects.values_list("revision", flat=True)) == {read}


def test_two_editors_at_once_the_second_is_told_and_nothing_is_overwritten(office: Office) -> None:
    item = draft(office.editor)
    opened = {"loaded_revision_id": str(item.latest_revision_id)}
    item.save_revision(user=office.both)
    before = item.revisions.count()
    answer = at_desk(office.editor).post(address("edit", item.pk), {**editor_form(title="我的"), **opened})
    assert "在您打开之后被改过" in answer.text
    assert item.revisions.count() == before


def test_a_version_on_record_is_not_overwritten(office: Office) -> None:
    item = publish(office.editor)
    revision = item.latest_revision
    form = {**editor_form(title="改写历史"), "overwrite_revision_id": str(revision.pk)}
    at_desk(office.editor).post(address("edit", item.pk), form)
    revision.refresh_from_db()
    assert revision.content["title"] == "夫妻共同财产"
    assert item.revisions.count() == 1


def test_an_incomplete_draft_is_saved_but_not_submitted(office: Office) -> None:
    desk = at_desk(office.editor)
    empty = {"audience": [], "summary": ""}
    desk.post(address("add"), editor_form(**empty))
    item = written()
    answer = desk.post(address("edit", item.pk), editor_form(action="submit", **empty))
    assert answer.status_code == 200
    assert item.current_workflow_state is None


@pytest.mark.django_db(transaction=True)
def test_two_reviewers_at_once_decide_once(transactional_db: None) -> None:
    from backend.regions.models import Division

    for code, name, level in ((PROVINCE, "四川省", 1), (VILLAGE, "木兰社区居委会", 5)):
        Division.objects.create(code=code, name=name, level=level, full_name=name)
    enact()
    office = open_office()
    another = hire("another", REVIEWERS[-1], works_for=PROVINCE)
    item = draft(office.editor)
    submit(item, office.editor)
    approve(item, office.reviewer, office.second)
    state = TaskState.objects.latest("pk")
    barrier = threading.Barrier(2)
    outcomes: list[str] = []

    def run(user: User) -> None:
        mine = TaskState.objects.get(pk=state.pk)
        task = mine.task.specific
        barrier.wait()
        try:
            task.on_action(mine, user, "approve")
            outcomes.append("decided")
        except PermissionDenied:
            outcomes.append("refused")
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(user,)) for user in (office.third, another)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["decided", "refused"]
    assert Notification.objects.count() == 1
    assert seen() == ["夫妻共同财产"]


def test_the_groups_are_those_that_the_office_knows(office: Office) -> None:
    names = set(Group.objects.values_list("name", flat=True))
    assert names == {EDITORS, "初审员", "复审员", "终审员", "司法行政管理人员"}
