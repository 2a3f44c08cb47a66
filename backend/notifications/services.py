"""Writes of notices: telling a person or a division, and marking what was read."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from backend.accounts.models import User
from backend.notifications import rules
from backend.notifications.devices import register_device, unregister_device, village_changed
from backend.notifications.errors import TooManyNotices
from backend.notifications.leases import free, run_when_due
from backend.notifications.models import Delivery, Device, InboxMark, Notification, RegionalRead
from backend.notifications.selectors import visible_regional

__all__ = [
    "mark_all_read",
    "mark_link_read",
    "mark_read",
    "notify_division",
    "notify_person",
    "register_device",
    "retract_link",
    "unregister_device",
    "village_changed",
]

DELIVER = "backend.notifications.tasks.deliver_due"
MAX_MARKED = 100


def notify_person(
    *, recipient_id: int, kind: str, title: str, body: str, link: str, key: str, delay_seconds: float = 0
) -> Notification:
    """Write a notice to one person and what will carry it to each of their phones, in the caller's transaction.

    `key` names the event: the same person is told of it once, and a second call returns what stands. The push leaves
    after `delay_seconds`, or after the quiet hours where the kind is not urgent; it never leaves if the notice has
    been read by then. Title and body are fixed words of the caller's, for a lock screen shows them.
    """
    with transaction.atomic():
        notice, created = _write(kind, title, body, link, key, recipient_id=recipient_id)
        if created:
            devices = Device.objects.filter(user=recipient_id, active=True).values_list("pk", flat=True)
            _carry(notice, delay_seconds, [{"device_id": device} for device in devices])
    return notice


def notify_division(*, division_code: str, kind: str, title: str, body: str, link: str, key: str) -> Notification:
    """Write ONE notice for everyone who lives in a division, and one push to its topic, in the caller's transaction.

    `key` names the event: the same division is told of it once, and a second call returns what stands, also where
    that was retracted.
    """
    with transaction.atomic():
        notice, created = _write(kind, title, body, link, key, division_id=division_code)
        if created:
            _carry(notice, 0, [{"topic": rules.topic_of(division_code)}])
    return notice


def _write(kind: str, title: str, body: str, link: str, key: str, **target: int | str) -> tuple[Notification, bool]:
    values = {
        "kind": Notification.Kind(kind),
        "title": rules.lock_screen_text(title, rules.TITLE_CHARACTERS),
        "body": rules.lock_screen_text(body, rules.BODY_CHARACTERS),
        "link": link,
    }
    return Notification.objects.get_or_create(**target, key=key, defaults=values)


def _carry(notice: Notification, delay_seconds: float, targets: Sequence[dict[str, Any]]) -> None:
    """Write the deliveries, and wake a worker when they are due."""
    if not targets:
        return
    quiet = rules.quiet_hours(settings.QUIET_HOURS)
    due = rules.due_time(timezone.now() + timedelta(seconds=delay_seconds), notice.kind, quiet)
    Delivery.objects.bulk_create(Delivery(notification=notice, due_at=due, **target) for target in targets)
    run_when_due(DELIVER, due)


def mark_read(*, user: User, notification_ids: Iterable[int]) -> None:
    """Mark notices of the person's inbox as read; ids that are not in it are passed over. Three statements.

    Raises TooManyNotices for more than MAX_MARKED ids.
    """
    ids = set(notification_ids)
    if len(ids) > MAX_MARKED:
        raise TooManyNotices(field="ids")
    with transaction.atomic():
        Notification.objects.filter(recipient=user, pk__in=ids, read_at=None).update(read_at=timezone.now())
        regional = visible_regional(user).filter(pk__in=ids).values_list("pk", flat=True)
        reads = [RegionalRead(user=user, notification_id=pk) for pk in regional]
        RegionalRead.objects.bulk_create(reads, ignore_conflicts=True)


def mark_all_read(*, user: User) -> None:
    """Mark the whole inbox as read: one statement for the person's own notices, one for those of their region.

    A regional notice that was written before, but is committed later, counts as read too.
    """
    now = timezone.now()
    with transaction.atomic():
        Notification.objects.filter(recipient=user, read_at=None).update(read_at=now)
        InboxMark.objects.bulk_create(
            [InboxMark(user=user, regional_read_until=now)],
            update_conflicts=True,
            unique_fields=["user"],
            update_fields=["regional_read_until"],
        )


def mark_link_read(*, user_id: int, link: str) -> None:
    """Mark the person's own notices with that link as read, and drop their pushes that have not left yet."""
    now = timezone.now()
    unread = Notification.objects.filter(recipient=user_id, link=link, read_at=None)
    with transaction.atomic():
        _drop(unread, now, "read")
        unread.update(read_at=now)


def retract_link(*, link: str) -> None:
    """Take back what divisions were told with that link: its pushes stay here, and it is in no inbox any more.

    For good: the same event tells nobody again. Two statements, however many were told. What people were told one by
    one stays; see `mark_link_read`.
    """
    now = timezone.now()
    told = Notification.objects.filter(division__isnull=False, link=link, retracted_at=None)
    with transaction.atomic():
        _drop(told, now, "retracted")
        told.update(retracted_at=now)


def _drop(notices: QuerySet[Notification], now: datetime, reason: str) -> None:
    """Deliveries that a worker holds are left to it: it looks at the notice itself."""
    waiting = Delivery.objects.filter(free(now), notification__in=notices, state=Delivery.State.PENDING)
    waiting.update(state=Delivery.State.DROPPED, settled_at=now, last_error=reason)
