"""Two people at one text: the second is told, and a colleague's lock holds."""

import threading
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from wagtail.models import ModelLogEntry

from backend.regions.models import Division
from tests.editorial import (
    PROVINCE,
    VILLAGE,
    Office,
    address,
    at_desk,
    draft,
    editor_form,
    hire,
    open_office,
    submit,
    translate,
    translation_form,
)

STALE = "在您打开之后被改过"


def newest(text: Any) -> Any:
    """The newest version."""
    return type(text).objects.get(pk=text.pk).get_latest_revision_as_object()


def both_texts(office: Office) -> dict[str, tuple[Any, dict[str, Any]]]:
    """An item and a translation, each with the form of its editor."""
    item = draft(office.editor)
    text = translate(item, office.editor)
    return {"item": (item, editor_form(title="我的")), "translation": (text, translation_form(item, title="我的"))}


@pytest.mark.parametrize("which", ["item", "translation"])
def test_of_two_editors_the_second_is_told_and_nothing_is_overwritten(office: Office, which: str) -> None:
    text, form = both_texts(office)[which]
    opened = {"loaded_revision_id": str(text.latest_revision_id)}
    text.title = "同事的"
    text.save_revision(user=office.both)
    before = text.revisions.count()
    path = address("edit", text.pk, model=type(text))
    for action in ("", "submit"):
        more = {f"action-{action}": "1"} if action else {}
        answer = at_desk(office.editor).post(path, {**form, **opened, **more})
        assert STALE in answer.text
    assert (text.revisions.count(), newest(text).title) == (before, "同事的")
    assert not text.workflow_states.exists()


@pytest.mark.parametrize("loaded", [None, "", "x"])
@pytest.mark.parametrize("which", ["item", "translation"])
def test_a_form_that_names_no_version_overwrites_none(office: Office, which: str, loaded: str | None) -> None:
    text, form = both_texts(office)[which]
    text.title = "同事的"
    text.save_revision(user=office.both)
    before = text.revisions.count()
    desk = Client()  # not `at_desk`, which names the newest
    desk.force_login(office.editor)
    sent = form if loaded is None else {**form, "loaded_revision_id": loaded}
    for action in ({}, {"action-submit": "1"}):
        assert STALE in desk.post(address("edit", text.pk, model=type(text)), {**sent, **action}).text
    assert (text.revisions.count(), newest(text).title) == (before, "同事的")
    assert not text.workflow_states.exists()


@pytest.mark.django_db(transaction=True)
def test_of_two_who_save_in_the_same_moment_one_is_told(transactional_db: None) -> None:
    for code, name, level in ((PROVINCE, "四川省", 1), (VILLAGE, "木兰社区居委会", 5)):
        Division.objects.create(code=code, name=name, level=level, full_name=name)
    office = open_office()
    item = draft(office.editor)
    page = at_desk(office.editor).get(address("edit", item.pk)).context
    opened = {
        "loaded_revision_id": str(item.latest_revision_id),
        "loaded_revision_created_at": page["loaded_revision_created_at"],
    }
    barrier, answers = threading.Barrier(2), []

    def save(user: Any) -> None:
        desk = at_desk(user)
        barrier.wait()
        try:
            answer = desk.post(address("edit", item.pk), {**editor_form(title=user.username), **opened})
            answers.append("told" if STALE in answer.text else answer.status_code)
        finally:
            connection.close()

    threads = [threading.Thread(target=save, args=(user,)) for user in (office.editor, office.both)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(map(str, answers)) == ["302", "told"]
    assert item.revisions.count() == 2


@pytest.mark.parametrize("which", ["item", "translation"])
def test_a_colleagues_lock_keeps_others_from_editing(office: Office, which: str) -> None:
    text, form = both_texts(office)[which]
    model = type(text)
    supervisor, editor = at_desk(office.supervisor), at_desk(office.editor)
    for user in (office.editor, office.reviewer):
        at_desk(user).post(address("lock", text.pk, model=model))
        assert not model.objects.get(pk=text.pk).locked
    supervisor.post(address("lock", text.pk, model=model))
    locked = model.objects.get(pk=text.pk)
    assert (locked.locked, locked.locked_by) == (True, office.supervisor)
    path = address("edit", text.pk, model=model)
    assert "锁定" in editor.get(path).text
    editor.post(path, form)
    assert text.revisions.count() == 1
    editor.post(address("unlock", text.pk, model=model))
    assert model.objects.get(pk=text.pk).locked
    at_desk(office.third).post(address("unlock", text.pk, model=model))
    editor.post(path, form)
    assert text.revisions.count() == 2
    actions = list(ModelLogEntry.objects.for_instance(text).values_list("action", flat=True))
    assert {"wagtail.lock", "wagtail.unlock"} <= set(actions)


def test_nobody_locks_what_is_under_review(office: Office) -> None:
    keeper = hire("keeper", is_superuser=True, works_for=PROVINCE)
    item = draft(office.editor)
    submit(item, office.editor)
    for user in (keeper, office.supervisor, office.third):
        at_desk(user).post(address("lock", item.pk))
    item.refresh_from_db()
    assert not item.locked


@pytest.mark.parametrize("who", ["supervisor", "third"])
def test_those_who_do_not_write_lock_from_the_reading_page(office: Office, who: str) -> None:
    item = draft(office.editor)
    desk, page = at_desk(getattr(office, who)), address("inspect", item.pk)
    assert f'action="{address("lock", item.pk)}?next=' in desk.get(page).text
    assert desk.post(f"{address('lock', item.pk)}?next={page}").url == page
    assert f"解锁（{who}的名字 锁定）" in desk.get(page).text
    for user in (office.editor, office.reviewer):
        read = at_desk(user).get(page).text
        assert "锁定，不让别人修改" not in read
        assert "解锁（" not in read
    desk.post(address("unlock", item.pk))
    submit(item, office.editor)
    assert address("lock", item.pk) not in desk.get(page).text
