"""`manage.py prepare`: everything that must be there before the system serves."""

from time import perf_counter
from typing import Any

from django.core.management.base import BaseCommand

from backend.operations.preparation import steps


class Command(BaseCommand):
    """Does what has not been done yet; a second run finds nothing to do and says so within a second."""

    help = "Migrates, imports divisions and statutes, and in development creates the demo; skips what is done."
    requires_system_checks = []

    def handle(self, *_args: Any, **_options: Any) -> None:
        """Take the steps in order, one line each."""
        total = perf_counter()
        for step in steps():
            started = perf_counter()
            ready = step.is_done() or step.do() is False
            outcome = "已就绪 ready" if ready else "完成 done"
            self.stdout.write(f"{step.title}：{outcome}（{perf_counter() - started:.2f} s）")
        self.stdout.write(f"准备完毕 prepared（{perf_counter() - total:.2f} s）")
