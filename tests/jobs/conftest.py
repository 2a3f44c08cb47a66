"""Marks that jobs leave, and a clock that can be set forward."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone

Marks = Callable[[str], int]


@pytest.fixture
def marks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Marks:
    """How often a job of `tests.jobs.tasks` left the mark of that name, in this process or another."""
    folder = tmp_path / "marks"
    folder.mkdir()
    monkeypatch.setenv("JOB_MARKS", str(folder))

    def count(name: str) -> int:
        path = folder / name
        return len(path.read_text().splitlines()) if path.exists() else 0

    return count


class Clock:
    """The time as Django's code sees it: the real one and `forward` besides."""

    def __init__(self) -> None:
        self.forward = timedelta()
        self._real = timezone.now

    def now(self):
        return self._real() + self.forward

    def advance(self, seconds: float) -> None:
        self.forward += timedelta(seconds=seconds)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """A clock that starts right and can be advanced."""
    clock = Clock()
    monkeypatch.setattr(timezone, "now", clock.now)
    return clock
