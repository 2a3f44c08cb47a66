"""What a reader does with an item: bookmark, like, read, share. Doing it again changes nothing.

Each raises ItemNotFound for an item that the reader may not see, as for one that does not exist.
"""

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from backend.accounts.models import User
from backend.content.models import ReadingEvent, ReadingMark
from backend.content.models.reading import ReadingKind
from backend.content.reading import rules
from backend.content.reading.errors import ItemNotFound
from backend.content.reading.limits import first_today
from backend.content.selectors import published_item
from backend.content.standing import standing_of


def bookmark_item(*, user: User, item_id: int, bookmarked: bool) -> None:
    """Keep an item in the person's list, or take it out. What is there keeps its place."""
    with transaction.atomic():
        mark = _mark(user, item_id)
        if bookmarked == (mark.bookmarked_at is None):
            mark.bookmarked_at = timezone.now() if bookmarked else None
            mark.save(update_fields=["bookmarked_at"])


def like_item(*, user: User, item_id: int, liked: bool) -> None:
    """Like an item, or take that back; counted once a person."""
    with transaction.atomic():
        mark = _mark(user, item_id)
        if liked == (mark.liked_at is None):
            mark.liked_at = timezone.now() if liked else None
            mark.save(update_fields=["liked_at"])
            _count(ReadingKind.LIKE, user, item_id, number=1 if liked else -1)


def record_reading(
    *, user: User | None, address: str, item_id: int, progress: int, place: str = "", seconds: int | None = None
) -> None:
    """Note how far somebody read, in percent, and at which block they stopped; the best progress stays.

    One read a day is counted for each person and item, and for each address where nobody signed in. Who was there for
    less than `rules.GLANCE_SECONDS` has not read it. Raises InvalidInput.
    """
    rules.check_reading(progress, place, seconds)
    with transaction.atomic():
        if user is None:
            _require_visible(None, item_id)
            counts = rules.is_read(seconds) and first_today("read", item_id, user_id=None, address=address)
        else:
            counts = _note(_mark(user, item_id), progress, place, timezone.now(), read=rules.is_read(seconds))
        if counts:
            _count(ReadingKind.READ, user, item_id)


def share_item(*, user: User | None, address: str, item_id: int) -> None:
    """Count that somebody passed an item on: once a day for a person, or for an address where nobody signed in."""
    with transaction.atomic():
        _require_visible(user, item_id)
        if first_today("share", item_id, user_id=user.pk if user else None, address=address):
            _count(ReadingKind.SHARE, user, item_id)


def _note(mark: ReadingMark, progress: int, place: str, now: datetime, *, read: bool) -> bool:
    """Write how far a person came; whether this counts as a read."""
    mark.progress = max(mark.progress, progress)
    mark.place = place or mark.place
    if not read:
        mark.save(update_fields=["progress", "place"])
        return False
    # Only reading moves `updated_at`: it tells the day of the last read that was counted.
    counts = mark.read_at is None or rules.day_of(mark.updated_at) < rules.day_of(now)
    mark.read_at = mark.read_at or now
    mark.updated_at = now
    mark.save(update_fields=["progress", "place", "read_at", "updated_at"])
    return counts


def _mark(user: User, item_id: int) -> ReadingMark:
    """The person's own mark, locked: two phones of one person write one after the other. Raises ItemNotFound."""
    _require_visible(user, item_id)
    ReadingMark.objects.bulk_create([ReadingMark(user=user, item_id=item_id)], ignore_conflicts=True)
    return ReadingMark.objects.select_for_update().get(user=user, item=item_id)


def _require_visible(user: User | None, item_id: int) -> None:
    if not published_item(item_id, *standing_of(user)).exists():
        raise ItemNotFound(field="id")


def _count(kind: ReadingKind, user: User | None, item_id: int, *, number: int = 1) -> None:
    """One row behind the others: readers of the same item do not wait for each other."""
    county = rules.county_of(user.village_id if user else None)
    ReadingEvent.objects.create(item_id=item_id, kind=kind, number=number, division=county)
