"""Jobs of content: idempotent, safe to run twice."""

from django.core.management import call_command

from backend.content.reading import counting
from backend.jobs import every


def publish_due() -> None:
    """Bring live what is due and hide what has expired, by Wagtail's own command; for every minute.

    It runs as the system: the approver is on record in the item's history, and needs no rights any more.
    """
    call_command("publish_scheduled")


def count_readings() -> None:
    """Count what readers did; every five minutes, since each count makes kept answers old."""
    counting.count_readings()


every(minutes=1, path="backend.content.tasks.publish_due")
every(minutes=5, path="backend.content.tasks.count_readings")
