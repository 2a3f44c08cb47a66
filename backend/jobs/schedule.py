"""Jobs that come again every few minutes."""

from importlib import import_module
from typing import Final

from django.db import connection, transaction
from django.utils import timezone
from django.utils.module_loading import autodiscover_modules
from django_q.models import Schedule

from backend.jobs.queue import check_path

_registry: dict[str, int] = {}

#: Names of the rows that `sync_schedules` owns; a row that someone added by hand is left alone.
PREFIX: Final = "every: "


def every(*, minutes: int, path: str) -> None:
    """Let the function at `path` run every so many minutes. To be called in the `tasks` module that holds it.

    A minute in which no worker runs is skipped, not made up for. Raises ValueError where minutes is below 1.
    """
    if minutes < 1:
        raise ValueError(f"{path}: every {minutes} minutes")
    _registry[path] = minutes


def discover() -> None:
    """Import the `tasks` module of every installed app, so that each can say what it wants `every` so often."""
    import_module("backend.jobs.tasks")
    autodiscover_modules("tasks")


def sync_schedules() -> None:
    """Make the schedule rows say what the code says; a row that already does keeps its next time.

    Any number of workers may call it at once. Raises NotAJob where a registered function is missing.
    """
    for path in _registry:
        check_path(path)
    with transaction.atomic():
        _one_at_a_time()
        rows = {row.name: row for row in Schedule.objects.filter(name__startswith=PREFIX)}
        wanted = {PREFIX + path: (path, minutes) for path, minutes in _registry.items()}
        Schedule.objects.filter(name__in=rows.keys() - wanted.keys()).delete()
        for name, (path, minutes) in wanted.items():
            row = rows.get(name)
            if row is None or row.minutes != minutes or row.func != path:
                _write(name, path, minutes)


def _write(name: str, path: str, minutes: int) -> None:
    values = {"func": path, "schedule_type": Schedule.MINUTES, "minutes": minutes, "repeats": -1}
    Schedule.objects.update_or_create(name=name, defaults={**values, "next_run": timezone.now()})


def _one_at_a_time() -> None:
    """The library's names have no unique constraint; SQLite's write transactions are alone anyway."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("LOCK TABLE django_q_schedule IN SHARE ROW EXCLUSIVE MODE")
