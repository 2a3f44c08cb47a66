"""`manage.py work`: one job worker alone; any number of them share the queue."""

from typing import Any

from django.core.management.base import BaseCommand

from backend.jobs.runner import run_forever
from backend.jobs.schedule import discover, sync_schedules
from backend.operations.processes import StopRequest, follow_parent


class Command(BaseCommand):
    """Runs jobs until SIGINT or SIGTERM; the job in work is finished first."""

    help = "Starts one job worker alone; `serve` starts it together with the web server."
    requires_system_checks = []

    def handle(self, *_args: Any, **_options: Any) -> None:
        """Bring the schedules up to date, then run jobs until told to stop."""
        stop = StopRequest()
        follow_parent()
        discover()
        sync_schedules()
        run_forever(stop)
