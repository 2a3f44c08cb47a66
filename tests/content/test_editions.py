"""Whatever changes what the public reads raises the number of its edition, in the same transaction."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone

from backend.content.models import ContentItem
from backend.editions.selectors import current
from backend.editions.services import turn_page
from backend.regions.models import Division
from tests.editorial import Office, draft, publish, translate

pytestmark = pytest.mark.django_db


def published(office: Office) -> ContentItem:
    publish(office.editor)
    return ContentItem.objects.get()


def other_audience(item: ContentItem) -> None:
    item.audience = Division.objects.filter(level=Division.Level.PROVINCE)
    item.save()


def hide(item: ContentItem) -> None:
    other = ContentItem.objects.get(pk=item.pk)
    other.live = False
    other.save()


WAYS: dict[str, Callable[[ContentItem], Any]] = {
    "another title": lambda item: ContentItem.objects.get(pk=item.pk).save(update_fields=["title"]),
    "another audience": other_audience,
    "take-down": lambda item: item.unpublish(),
    "hidden by another copy of the row": hide,
    "deletion": lambda item: item.delete(),
}


def test_a_publication_is_a_new_edition(office: Office) -> None:
    before = current()
    published(office)
    assert current() > before


@pytest.mark.parametrize("way", WAYS)
def test_a_change_of_what_is_read_is_a_new_edition(office: Office, way: str) -> None:
    item = published(office)
    before = current()
    WAYS[way](item)
    assert current() > before


def test_a_draft_of_what_is_published_is_none(office: Office) -> None:
    item = published(office)
    before = current()
    item.title = "还在写"
    item.save_revision(user=office.editor)
    assert current() == before


UNREAD: dict[str, Callable[[Office], Any]] = {
    "an item": lambda office: draft(office.editor),
    "an item saved again": lambda office: draft(office.editor).save(),
    "an item deleted": lambda office: draft(office.editor).delete(),
    "another language": lambda office: translate(draft(office.editor), office.editor),
    "another language deleted": lambda office: translate(draft(office.editor), office.editor).delete(),
    "a text to be published later": lambda office: publish_later(draft(office.editor)),
}


def publish_later(item: ContentItem) -> None:
    item.go_live_at = timezone.now() + timedelta(days=1)
    item.save_revision().publish(skip_permission_checks=True)


@pytest.mark.parametrize("way", UNREAD)
def test_what_nobody_reads_yet_is_none(office: Office, way: str) -> None:
    before = current()
    UNREAD[way](office)
    assert current() == before
    assert not ContentItem.objects.filter(live=True).exists()


def test_what_is_rolled_back_is_none(office: Office) -> None:
    item = published(office)
    before = current()
    with transaction.atomic():
        item.unpublish()
        assert current() > before
        transaction.set_rollback(True)
    assert current() == before
    assert ContentItem.objects.get().live


@pytest.mark.django_db(transaction=True)
def test_the_number_is_raised_inside_a_transaction_only() -> None:
    with pytest.raises(transaction.TransactionManagementError):
        turn_page()
    for number in range(3):
        assert current() == number
        with transaction.atomic():
            turn_page()
