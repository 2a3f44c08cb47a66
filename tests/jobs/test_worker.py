"""Real worker processes on a real queue: how soon, and what a kill -9 leaves."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.running import ROOT, System

JOB_TIMEOUT = 3
LEASE = JOB_TIMEOUT + 5


class Workers:
    """Worker processes of one installation."""

    def __init__(self, system: System) -> None:
        self.system = system
        self.processes: list[subprocess.Popen[str]] = []

    def start(self) -> subprocess.Popen[str]:
        # Into a file: a pipe that nobody reads fills up, and then the worker waits for it.
        with self._log(len(self.processes)).open("w") as log:
            process = subprocess.Popen(
                [sys.executable, "manage.py", "work"],
                cwd=ROOT,
                env=self.system.environment,
                stdout=subprocess.DEVNULL,
                stderr=log,
                text=True,
            )
        self.processes.append(process)
        return process

    def _log(self, number: int) -> Path:
        return self.system.home / f"worker-{number}.log"

    def finish(self, process: subprocess.Popen[str], seconds: float) -> str:
        """Wait for the end of a worker; what it logged."""
        process.wait(seconds)
        return self._log(self.processes.index(process)).read_text()

    def enqueue(self, *calls: str) -> None:
        """Commit jobs from a process of its own, as the web server does."""
        lines = "; ".join(f"enqueue('tests.jobs.tasks.{name}', {args})" for name, args in (c.split(":") for c in calls))
        self.system.manage("shell", "--no-imports", "-c", f"from backend.jobs import enqueue; {lines}")


@pytest.fixture(scope="module")
def system(tmp_path_factory: pytest.TempPathFactory) -> Iterator[System]:
    """An installation that has only the queue's tables."""
    home = tmp_path_factory.mktemp("worker")
    with closing(System(home, JOB_TIMEOUT_SECONDS=str(JOB_TIMEOUT), JOB_RETRY_SECONDS="1")) as system:
        system.manage("migrate", "django_q", "-v0")
        yield system


@pytest.fixture
def workers(system: System, marks: Callable[[str], int]) -> Iterator[Workers]:
    """Its workers, gone when the test ends."""
    system.environment["JOB_MARKS"] = os.environ["JOB_MARKS"]
    workers = Workers(system)
    yield workers
    for process in workers.processes:
        process.kill()
        process.wait()


def wait_for(marks: Callable[[str], int], name: str, count: int, seconds: float) -> float:
    """Wait for the `count`th mark; returns how long it took."""
    started = time.monotonic()
    while marks(name) < count:
        assert time.monotonic() - started < seconds, f"{name} has {marks(name)} marks after {seconds} s"
        time.sleep(0.02)
    return time.monotonic() - started


def test_a_worker_takes_a_job_at_once_finishes_what_it_has_and_stops(workers: Workers, marks) -> None:
    worker = workers.start()
    workers.enqueue("note:1")
    wait_for(marks, "note-1", 1, 20)
    workers.enqueue("note:2", "note:3")
    wait_for(marks, "note-3", 1, 20)
    worker.send_signal(signal.SIGTERM)
    errors = workers.finish(worker, 20)
    assert worker.returncode == 0
    assert "Traceback" not in errors


def test_the_job_of_a_worker_killed_in_the_middle_runs_again_when_its_lease_is_over(workers: Workers, marks) -> None:
    first = workers.start()
    workers.enqueue("hang_once:1")
    wait_for(marks, "hang_once-1", 1, 20)
    first.kill()
    began = time.monotonic()
    workers.start()
    wait_for(marks, "hang_once-1", 2, LEASE + 20)
    assert time.monotonic() - began > JOB_TIMEOUT
    workers.enqueue("note:1")
    wait_for(marks, "note-1", 1, 20)
    assert marks("hang_once-1") == 2


def test_a_job_that_takes_too_long_is_interrupted_and_one_that_cannot_be_ends_its_worker(
    workers: Workers, marks
) -> None:
    worker = workers.start()
    workers.enqueue("hang_once:1")
    wait_for(marks, "hang_once-1", 2, 30)
    assert worker.poll() is None
    workers.enqueue("freeze:1")
    errors = workers.finish(worker, 30)
    assert worker.returncode == 1
    assert "TimeoutException" in errors
    assert f"Timeout (0:00:0{JOB_TIMEOUT + 2})!" in errors
    assert marks("freeze-1") == 1
