"""Background jobs of this room. Each finds its work in rows, so it may run twice, or instead of another."""

from time import monotonic

from django.db.models import OuterRef, Subquery
from django.utils import timezone

from backend.jobs import every
from backend.notifications import delivery, topics
from backend.notifications.devices import SYNC, retire_stale
from backend.notifications.leases import run_when_due
from backend.notifications.models import InboxMark, RegionalRead
from backend.notifications.senders import sender
from backend.notifications.services import DELIVER

#: No batch of the sweep begins later; what is left waits for the next day.
SWEEP_SECONDS = 20.0
#: Read marks that go in one statement.
SWEEP_BATCH = 5000


def deliver_due() -> None:
    """Send every push that is due, and come again for those that failed in passing."""
    if again := delivery.deliver(sender()):
        run_when_due(DELIVER, again)


def sync_topics(device_id: int | None = None) -> None:
    """Bring topics at FCM in step with what is wanted, for one phone or for all that wait."""
    if again := topics.sync(sender(), device_id=device_id):
        run_when_due(SYNC, again)


def sweep() -> None:
    """Let go of phones not seen for 60 days, and of read marks that a later mark covers, until the time is up."""
    end = monotonic() + SWEEP_SECONDS
    while monotonic() < end and retire_stale(now=timezone.now()):
        pass
    last = 0
    while monotonic() < end and (keys := _covered_reads(last)):
        RegionalRead.objects.filter(pk__in=keys).delete()
        last = keys[-1]


def _covered_reads(after: int) -> list[int]:
    """The next SWEEP_BATCH of them, in order of their keys, so that no row is looked at twice in a sweep."""
    mark = InboxMark.objects.filter(pk=OuterRef("user")).values("regional_read_until")
    covered = RegionalRead.objects.filter(pk__gt=after, notification__created_at__lte=Subquery(mark))
    return list(covered.order_by("pk").values_list("pk", flat=True)[:SWEEP_BATCH])


# What wakes a worker in time is enqueued with the change; these find what a lost job or a dead worker left.
every(minutes=1, path=DELIVER)
every(minutes=1, path=SYNC)
every(minutes=24 * 60, path="backend.notifications.tasks.sweep")
