"""Topics that phones follow, brought in step with where their owners live."""

import random
from datetime import datetime
from time import monotonic

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from backend.notifications import rules
from backend.notifications.delivery import RUN_SECONDS, Clock
from backend.notifications.devices import retire_dead
from backend.notifications.leases import FREED, claim, held
from backend.notifications.models import TopicSubscription
from backend.notifications.pushes import Outcome, PushSender, TopicChange, Verdict

BATCH = 64


def sync(sender: PushSender, *, device_id: int | None = None, clock: Clock = timezone.now) -> datetime | None:
    """Make the differences between wanted and held that are due, of one phone or of all.

    Returns when to come again for what failed in passing or is left.
    """
    waiting = TopicSubscription.objects.filter(TopicSubscription.WAITING).select_related("device")
    if device_id is not None:
        waiting = waiting.filter(device=device_id)
    began = monotonic()
    again: datetime | None = None
    while monotonic() - began < RUN_SECONDS:
        now = clock()
        batch = claim(waiting, now=now, limit=BATCH, held=None)
        if not batch:
            return again
        due = _sync_batch(batch, sender, now)
        again = min((moment for moment in (again, due) if moment), default=None)
    return clock()


def _sync_batch(batch: list[TopicSubscription], sender: PushSender, now: datetime) -> datetime | None:
    outcomes = sender.change_topics([TopicChange(row.device.token, row.topic, row.wanted) for row in batch])
    judged = list(zip(batch, outcomes, strict=True))
    with transaction.atomic():
        mine = held(TopicSubscription.objects.all(), batch)
        for wanted in (True, False):
            done = [row.pk for row, outcome in judged if row.wanted is wanted and outcome.verdict is Verdict.DONE]
            _done(mine.filter(pk__in=done), wanted=wanted)
        TopicSubscription.objects.filter(device__in={row.device_id for row in batch}, wanted=False, held=False).delete()
        rest = [row for row, outcome in judged if _delayed(row, outcome, now)]
        mine.bulk_update(rest, FREED, batch_size=100)
        dead = {row.device_id for row, outcome in judged if outcome.verdict is Verdict.DEAD_TOKEN}
        if dead:
            retire_dead(device_ids=dead, seen_before=now)
    return min((row.due_at for row in rest if row.device_id not in dead), default=None)


def _done(rows: QuerySet[TopicSubscription], *, wanted: bool) -> None:
    """Note what holds now. `wanted` may have changed meanwhile; then the row is an errand again."""
    rows.update(held=wanted, attempts=0, last_error="", lease_key=None, lease_until=None)


def _delayed(row: TopicSubscription, outcome: Outcome, now: datetime) -> bool:
    """Whether it must be tried again; then the row says when."""
    if outcome.verdict is Verdict.DONE:
        return False
    if outcome.verdict is Verdict.UNTRIED:
        row.due_at, row.attempts = now, row.attempts - 1
    else:
        chance = random.random()  # noqa: S311 - spreads retries, guards nothing
        row.due_at = now + rules.backoff(row.attempts, outcome.retry_after, chance)
        row.last_error = outcome.error[:200]
    row.lease_key = row.lease_until = None
    return True
