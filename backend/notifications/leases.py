"""Taking errands so that no two workers do the same one, and a dead worker's come back."""

from datetime import datetime, timedelta
from typing import Any, TypeVar
from uuid import uuid4

from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone

from backend.jobs import enqueue_later
from backend.notifications.models import Errand

E = TypeVar("E", bound=Errand)

#: Longer than a batch takes at worst (28 seconds, see `firebase`). With the 10 in which a job claims, it is over when
#: the queue runs a dead worker's job again (45 seconds), so that its errands are with another within a minute.
LEASE = timedelta(seconds=35)

#: What a worker writes when it lets go of an errand that is not done.
FREED = ("due_at", "attempts", "last_error", "lease_key", "lease_until")
#: What is due later than this is found by the periodic job.
SOON = timedelta(seconds=90)


def run_when_due(path: str, due: datetime) -> None:
    """Have the job at `path` look at its errands when one of them comes due; in the caller's transaction."""
    wait = due - timezone.now()
    if wait <= SOON:
        enqueue_later(max(wait.total_seconds(), 0.0), path)


def free(now: datetime) -> Q:
    """Errands that nobody holds at `now`."""
    return Q(lease_until=None) | Q(lease_until__lte=now)


def claim(waiting: QuerySet[E], *, now: datetime, limit: int, **marks: Any) -> list[E]:
    """Take up to `limit` of the errands that are due and free, longest due first, in a transaction of its own.

    `marks` are written to the rows besides; the rows returned still say what was there before.

    They are held until `now` + LEASE under a fresh key; settle them with `held`. What another worker is taking at the
    same moment is passed over on PostgreSQL; on SQLite the transaction waits for the other's.
    """
    key = uuid4()
    with transaction.atomic():
        taken = list(
            waiting.filter(free(now), due_at__lte=now)
            .select_for_update(skip_locked=True, of=("self",))
            .order_by("due_at")[:limit]
        )
        waiting.model._default_manager.filter(pk__in=[row.pk for row in taken]).update(  # noqa: SLF001 - documented
            lease_key=key, lease_until=now + LEASE, attempts=F("attempts") + 1, **marks
        )
    for row in taken:
        row.lease_key, row.lease_until, row.attempts = key, now + LEASE, row.attempts + 1
    return taken


def held(rows: QuerySet[E], batch: list[E]) -> QuerySet[E]:
    """Those of a claimed batch that are still held under its key: where a lease ran out, another worker decides."""
    return rows.filter(pk__in=[row.pk for row in batch], lease_key__in={row.lease_key for row in batch})
