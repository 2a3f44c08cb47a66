"""Law that changes while somebody publishes, settles or withdraws; by real connections."""

from collections.abc import Callable
from threading import Thread
from typing import Any

import pytest
from django.db import connection, connections, transaction

from backend.content import law_changes
from backend.content.models import ContentItem
from backend.content.services import withdraw_item
from backend.editions.selectors import current
from backend.statutes import changes as noticing
from tests.content.changing_law import FEES, HEARING, HEARING_NOW, LANGUAGE, Bring, citing, marks, told
from tests.editorial import Office, draft, publish

pytestmark = pytest.mark.django_db(transaction=True)

#: Long enough for what does not wait to be done; what waits is right however long it takes.
BLOCKED_SECONDS = 1


class Beside:
    """Something done by another connection in the middle of what the test does."""

    def __init__(self, does: Callable[[], Any]) -> None:
        self._does, self.failures = does, list[BaseException]()
        self._thread = Thread(target=self._run)

    def _run(self) -> None:
        try:
            self._does()
        except BaseException as error:
            self.failures.append(error)
        finally:
            connections.close_all()

    def start(self, seconds: float = BLOCKED_SECONDS) -> bool:
        """Whether it was done within so many seconds."""
        self._thread.start()
        self._thread.join(seconds)
        return not self._thread.is_alive()

    def end(self) -> None:
        self._thread.join(60)
        assert not self._thread.is_alive()
        assert self.failures == []


def test_what_is_published_while_the_law_changes_is_marked(
    office: Office, bring: Bring, monkeypatch: pytest.MonkeyPatch
) -> None:
    bring(HEARING, FEES, LANGUAGE)
    item = draft(office.editor, body=citing("一"))
    waiting = ContentItem.objects.get(pk=item.pk).latest_revision
    publishing = Beside(lambda: waiting.publish(skip_permission_checks=True))
    mark = noticing._mark_citations

    def mark_and_wait(changes: Any) -> None:
        mark(changes)
        publishing.start()

    monkeypatch.setattr(noticing, "_mark_citations", mark_and_wait)
    bring(HEARING_NOW, FEES, LANGUAGE)
    publishing.end()
    item.refresh_from_db()
    assert (item.live, marks(item), told(item)) == (True, ["amended"], [("", "")])


def test_a_change_that_comes_while_somebody_settles_is_marked(
    office: Office, bring: Bring, monkeypatch: pytest.MonkeyPatch
) -> None:
    bring(HEARING, FEES, LANGUAGE)
    item = publish(office.editor, body=citing("一"))
    bring(HEARING_NOW, FEES, LANGUAGE)
    seen = law_changes.newest_change(item.pk)
    importing = Beside(lambda: bring("完全不同的规定，不得公开。", FEES, LANGUAGE))
    newest = law_changes.newest_change

    def look_and_wait(pk: int) -> int:
        found = newest(pk)
        importing.start()
        return found

    monkeypatch.setattr(law_changes, "newest_change", look_and_wait)
    law_changes.settle_still_right(item=item, by=office.editor, note="不影响结论", seen=seen)
    importing.end()
    assert (marks(item), told(item)) == (["amended"], [("still_right", "不影响结论"), ("", "")])


def test_writing_a_draft_holds_no_take_down_up(office: Office) -> None:
    if connection.vendor == "sqlite":
        pytest.skip("one writer at a time, whatever is written")
    item = publish(office.editor)
    withdrawing = Beside(lambda: withdraw_item(item=item, by=office.reviewer, reason="有误"))
    before = current()
    with transaction.atomic():
        draft(office.editor, title="草稿").save()
        assert current() == before
        done = withdrawing.start(30)
    withdrawing.end()
    item.refresh_from_db()
    assert (done, item.live) == (True, False)
