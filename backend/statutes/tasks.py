"""Jobs of statutes: idempotent, safe to run twice."""

from backend.jobs import every
from backend.statutes.changes import notice_changes


def notice_new_texts() -> None:
    """Mark what cites a text that a later one has taken over from since; for every quarter of an hour.

    On all days but those on which some text takes over it is one statement.
    """
    notice_changes()


every(minutes=15, path="backend.statutes.tasks.notice_new_texts")
