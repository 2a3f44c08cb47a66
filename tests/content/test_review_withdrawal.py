"""Taking back and taking down in the console, and what somebody without rights gets there."""

from typing import Any

import pytest
from django.test import Client
from wagtail.models import ModelLogEntry, TaskState

from backend.content import selectors
from backend.content.editing import recall_text
from backend.content.errors import NothingToRecall
from backend.content.frame import REVIEWERS
from backend.content.models import ContentTranslation
from backend.content.standing import reach
from tests.editorial import (
    PROVINCE,
    VILLAGE,
    Office,
    address,
    approve,
    at_desk,
    draft,
    editor_form,
    go_live,
    hire,
    publish,
    submit,
    translate,
)


def seen() -> list[str]:
    """Titles that a villager sees."""
    return [item.title for item in selectors.published_for(reach(VILLAGE))]


@pytest.mark.parametrize("who", ["reviewer", "third", "supervisor"])
def test_withdrawing_from_the_console_needs_the_reason(office: Office, who: str) -> None:
    item = publish(office.editor)
    desk = at_desk(getattr(office, who))
    desk.post(address("unpublish", item.pk), {"reason": ""})
    assert seen() == ["夫妻共同财产"]
    desk.post(address("unpublish", item.pk), {"reason": "有误"})
    assert seen() == []


def test_an_editor_does_not_withdraw(office: Office) -> None:
    item = publish(office.editor)
    answer = at_desk(office.editor).post(address("unpublish", item.pk), {"reason": "有误"})
    assert answer.status_code == 302
    assert seen() == ["夫妻共同财产"]


@pytest.mark.parametrize("who", ["root", "chief"])
def test_a_superuser_who_acts_for_no_division_finds_nothing_to_withdraw(office: Office, who: str) -> None:
    item = publish(office.editor)
    assert at_desk(getattr(office, who)).post(address("unpublish", item.pk), {"reason": "有误"}).status_code == 404
    assert seen() == ["夫妻共同财产"]


VIEWS = ["edit", "inspect", "history", "unpublish", "delete", "usage", "lock", "unlock", "workflow_history"]


@pytest.mark.parametrize("view", VIEWS)
def test_somebody_without_rights_sees_no_view_and_changes_nothing(office: Office, view: str) -> None:
    item = publish(office.editor)
    outsider = hire("outsider")
    for user in (outsider, None):
        client = at_desk(user) if user else Client()
        for send in (client.get, client.post):
            assert send(address(view, item.pk)).status_code == 302
    assert seen() == ["夫妻共同财产"]


def test_the_author_takes_a_submission_back(office: Office) -> None:
    item = draft(office.editor)
    state = submit(item, office.editor)
    at_desk(office.editor).post(address("edit", item.pk), editor_form(action="cancel-workflow"))
    state.refresh_from_db()
    assert state.status == "cancelled"
    path = address("workflow_action", item.pk, "approve", state.pk)
    at_desk(office.reviewer).post(path, {"comment": ""})
    assert seen() == []


@pytest.mark.parametrize("who", ["editor", "both"])
def test_the_submitter_and_the_author_take_it_back_and_nobody_else(office: Office, who: str) -> None:
    item = draft(office.editor)
    state = submit(item, office.both)
    for other in (office.supervisor, office.reviewer):
        page = at_desk(other).post(address("recall", item.pk), follow=True)
        assert "不在审核中，或者不是您送审的" in page.text
    assert "撤回送审" not in at_desk(office.reviewer).get(address("inspect", item.pk)).text
    desk = at_desk(getattr(office, who))
    assert "撤回送审" in desk.get(address("inspect", item.pk)).text
    assert "已撤回送审" in desk.post(address("recall", item.pk), follow=True).text
    state.refresh_from_db()
    assert state.status == "cancelled"
    with pytest.raises(NothingToRecall):
        recall_text(text=item, by=office.editor)


def test_another_writer_does_not_cancel_a_review_from_the_editor(office: Office) -> None:
    item = draft(office.editor)
    state = submit(item, office.editor)
    other = hire("other", "普法编辑", *REVIEWERS, works_for=PROVINCE)
    for action in ("cancel-workflow", "restart-workflow"):
        at_desk(other).post(address("edit", item.pk), editor_form(action=action))
    state.refresh_from_db()
    assert state.status == "in_progress"


def test_taking_down_a_translation_leaves_the_item(office: Office) -> None:
    item = publish(office.editor)
    text = go_live(translate(item, office.editor))
    path = address("unpublish", text.pk, model=ContentTranslation)
    assert at_desk(office.supervisor).post(path, {"reason": "译错了"}).status_code == 302
    text.refresh_from_db()
    item.refresh_from_db()
    assert (text.live, item.live) == (False, True)
    assert ModelLogEntry.objects.for_instance(text).get(action="content.withdraw").data["reason"] == "译错了"


@pytest.mark.parametrize("which", ["item", "translation"])
def test_taking_down_ends_the_review_of_the_next_version(office: Office, which: str) -> None:
    item = publish(office.editor)
    text: Any = item if which == "item" else go_live(translate(item, office.editor))
    text.title = "第二版"
    text.save_revision(user=office.editor)
    state = submit(text, office.editor)
    approve(text, office.reviewer, office.second)
    last = TaskState.objects.latest("pk")
    path = address("unpublish", text.pk, model=type(text))
    assert at_desk(office.supervisor).post(path, {"reason": "条文引错了"}).status_code == 302

    decision = address("workflow_action", text.pk, "approve", last.pk, model=type(text))
    at_desk(office.third).post(decision, {"comment": ""})
    text = type(text).objects.get(pk=text.pk)
    last.refresh_from_db()
    assert (text.live, text.workflow_in_progress) == (False, False)
    assert (last.status, last.comment) == ("cancelled", "内容已撤下，理由：条文引错了")
    assert state.workflow_state.task_states.filter(status="approved").count() == 2
    log = ModelLogEntry.objects.for_instance(text).filter(user=office.supervisor)
    assert set(log.values_list("action", flat=True)) == {"wagtail.workflow.cancel", "content.withdraw"}
    assert log.get(action="content.withdraw").data["reason"] == "条文引错了"

    read = address("inspect", text.pk, model=type(text))
    submit(text, office.editor)
    for user in office.reviewers:
        page = at_desk(user).get(read).text
        assert "<dt>撤下</dt>" in page
        assert " 撤下，理由：条文引错了" in page
        approve(text, user)
    text.refresh_from_db()
    assert (text.live, text.title) == (True, "第二版")
    assert "<dt>撤下</dt>" not in at_desk(office.editor).get(read).text


def test_the_reading_page_tells_the_newest_reason(office: Office) -> None:
    item = publish(office.editor)
    desk = at_desk(office.supervisor)
    for reason in ("第一次的理由", "第二次的理由"):
        go_live(item)
        desk.post(address("unpublish", item.pk), {"reason": reason})
        item.refresh_from_db()
    page = desk.get(address("inspect", item.pk)).text
    assert " 撤下，理由：第二次的理由" in page
    assert "第一次的理由" not in page


def test_a_withdrawal_that_is_refused_leaves_the_review(office: Office) -> None:
    item = publish(office.editor)
    item.save_revision(user=office.editor)
    state = submit(item, office.editor)
    at_desk(office.supervisor).post(address("unpublish", item.pk), {"reason": " "})
    state.refresh_from_db()
    assert state.status == "in_progress"
    assert seen() == ["夫妻共同财产"]
