"""Background jobs of this room; each may run twice, or late."""

from backend.advisors.appointments import end_lapsed
from backend.jobs import every


def close_lapsed_appointments() -> None:
    """End the appointments whose last day has passed; their advisors leave the groups."""
    end_lapsed()


every(minutes=10, path="backend.advisors.tasks.close_lapsed_appointments")
