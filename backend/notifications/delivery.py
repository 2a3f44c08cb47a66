"""Deliveries on their way: claimed in batches, looked at once more, sent, settled."""

import logging
import random
from collections.abc import Callable
from datetime import datetime
from time import monotonic

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from backend.notifications import rules
from backend.notifications.devices import retire_dead
from backend.notifications.leases import FREED, claim, held
from backend.notifications.models import Delivery
from backend.notifications.pushes import Outcome, Push, PushSender, Verdict

log = logging.getLogger(__name__)

#: A worker that is killed has sent so many at most that another sends again; phones show them once all the same.
BATCH = 64
#: No batch begins later: with what one takes at worst, the job ends before the queue calls it stuck (40 seconds).
RUN_SECONDS = 10.0

Clock = Callable[[], datetime]


def deliver(sender: PushSender, *, clock: Clock = timezone.now) -> datetime | None:
    """Send what is due until nothing is, or RUN_SECONDS are over.

    Returns when to come again before the periodic job does: for what failed in passing, or at once for what is left.
    """
    began = monotonic()
    again: datetime | None = None
    while monotonic() - began < RUN_SECONDS:
        batch = _claim(clock())
        if not batch:
            return again
        due = _deliver_batch(batch, sender, clock)
        again = min((moment for moment in (again, due) if moment), default=None)
    return clock()


def _claim(now: datetime) -> list[Delivery]:
    pending = Delivery.objects.filter(state=Delivery.State.PENDING)
    return claim(pending.select_related("notification", "device__user"), now=now, limit=BATCH)


def _deliver_batch(batch: list[Delivery], sender: PushSender, clock: Clock) -> datetime | None:
    """Returns when the first that failed in passing is due again."""
    now = clock()
    quiet = rules.quiet_hours(settings.QUIET_HOURS)
    leaving = [row for row in batch if _may_leave(row, now, quiet)]
    outcomes = sender.send([_push_of(row, now, quiet) for row in leaving]) if leaving else []
    after = clock()
    for row, outcome in zip(leaving, outcomes, strict=True):
        _judge(row, outcome, after)
    with transaction.atomic():
        _settle(batch)
        dead = [
            row.device_id
            for row, outcome in zip(leaving, outcomes, strict=True)
            if outcome.verdict is Verdict.DEAD_TOKEN and row.device_id
        ]
        if dead:
            retire_dead(device_ids=dead, seen_before=now)
    retried = [row.due_at for row in leaving if row.state == Delivery.State.PENDING]
    return min(retried, default=None)


def _may_leave(row: Delivery, now: datetime, quiet: rules.QuietHours | None) -> bool:
    """Whether it may be sent; otherwise the row now says what becomes of it."""
    due = rules.due_time(now, row.notification.kind, quiet)
    if reason := _reason_to_drop(row):
        _end(row, Delivery.State.DROPPED, now, reason)
    elif row.attempts > rules.MAX_ATTEMPTS:
        # Each of its workers died before it could settle.
        _end(row, Delivery.State.FAILED, now, row.last_error or "never settled")
    elif due > now:
        _postpone(row, due)
    else:
        return True
    return False


def _reason_to_drop(row: Delivery) -> str:
    """Why it need not be sent any more; empty where it must be. What stood when it was written may have changed."""
    if row.notification.read_at:
        return "read"
    if row.notification.retracted_at:
        return "retracted"
    device = row.device
    if device is None:
        return ""
    if device.user_id != row.notification.recipient_id:
        return "the phone is another account's"
    if not device.active:
        return "the phone is inactive"
    return "" if device.user.is_active else "the account is inactive"


def _push_of(row: Delivery, now: datetime, quiet: rules.QuietHours | None) -> Push:
    notice = row.notification
    return Push(
        push_id=row.push_id,
        kind=notice.kind,
        title=notice.title,
        body=notice.body,
        link=notice.link,
        lifetime=rules.lifetime(now, notice.kind, quiet),
        wakes=rules.MANNERS[notice.kind].wakes,
        token=row.device.token if row.device else "",
        topic=row.topic,
    )


def _judge(row: Delivery, outcome: Outcome, now: datetime) -> None:
    match outcome.verdict:
        case Verdict.DONE:
            _end(row, Delivery.State.DELIVERED, now, "")
        case Verdict.DEAD_TOKEN:
            _end(row, Delivery.State.DROPPED, now, outcome.error)
        case Verdict.REFUSED:
            log.error("delivery %d was refused: %s", row.pk, outcome.error)
            _end(row, Delivery.State.FAILED, now, outcome.error)
        case Verdict.UNTRIED:
            _postpone(row, now)
        case Verdict.PASSING if row.attempts >= rules.MAX_ATTEMPTS:
            log.error("delivery %d is given up after %d attempts: %s", row.pk, row.attempts, outcome.error)
            _end(row, Delivery.State.FAILED, now, outcome.error)
        case Verdict.PASSING:
            chance = random.random()  # noqa: S311 - spreads retries, guards nothing
            row.due_at = now + rules.backoff(row.attempts, outcome.retry_after, chance)
            row.last_error = outcome.error[:200]


def _end(row: Delivery, state: Delivery.State, now: datetime, error: str) -> None:
    row.state, row.settled_at, row.last_error = state, now, error[:200]


def _postpone(row: Delivery, due: datetime) -> None:
    """It was taken but not tried, which does not count."""
    row.due_at, row.attempts = due, row.attempts - 1


def _settle(batch: list[Delivery]) -> None:
    """Write what became of the rows that are still held under the batch's key, and free them."""
    mine = held(Delivery.objects.filter(state=Delivery.State.PENDING), batch)
    delivered = [row for row in batch if row.state == Delivery.State.DELIVERED]
    if delivered:
        mine.filter(pk__in=[row.pk for row in delivered]).update(
            state=Delivery.State.DELIVERED,
            settled_at=delivered[0].settled_at,
            last_error="",
            lease_key=None,
            lease_until=None,
        )
    rest = [row for row in batch if row.state != Delivery.State.DELIVERED]
    for row in rest:
        row.lease_key = row.lease_until = None
    mine.bulk_update(rest, [*FREED, "state", "settled_at"], batch_size=100)
