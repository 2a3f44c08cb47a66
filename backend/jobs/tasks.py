"""The queue's own housekeeping."""

from backend.jobs.runner import forget_old_failures
from backend.jobs.schedule import every


def prune() -> None:
    """Forget dead jobs after a month."""
    forget_old_failures()


every(minutes=24 * 60, path="backend.jobs.tasks.prune")
