"""Background jobs of this room; each may run twice, or late."""

from backend.advisors.appointments import end_lapsed
from backend.advisors.law_changes import tell_advisors
from backend.jobs import every


def close_lapsed_appointments() -> None:
    """End the appointments whose last day has passed; their advisors leave the groups."""
    end_lapsed()


def tell_of_changed_law(first: int, last: int) -> None:
    """Tell the advisors whose answers cite articles that changed, by the keys of the first and the last change."""
    tell_advisors(first=first, last=last)


every(minutes=10, path="backend.advisors.tasks.close_lapsed_appointments")
