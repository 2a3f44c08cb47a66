"""Periodic jobs: the rows say what the code says, however often and by whomever they are brought up to date."""

from threading import Barrier, Thread

import pytest
from django.db import connection
from django_q.models import OrmQ, Schedule
from django_q.scheduler import scheduler

from backend.jobs import every, schedule
from backend.jobs.queue import NotAJob
from backend.jobs.runner import run_pending
from backend.jobs.schedule import PREFIX, discover, sync_schedules

NOTE = "tests.jobs.tasks.tick"


@pytest.fixture(autouse=True)
def registry(monkeypatch: pytest.MonkeyPatch) -> None:
    """A registry of the test's own."""
    discover()
    monkeypatch.setattr(schedule, "_registry", {})


def rows() -> list[tuple[str, int]]:
    return list(Schedule.objects.order_by("func").values_list("func", "minutes"))


def test_syncing_twice_changes_nothing_and_keeps_the_next_time(db: None, clock) -> None:
    every(minutes=5, path=NOTE)
    sync_schedules()
    before = Schedule.objects.get()
    clock.advance(60)
    sync_schedules()
    after = Schedule.objects.get()
    assert (after.pk, after.next_run) == (before.pk, before.next_run)
    assert rows() == [(NOTE, 5)]


def test_a_changed_and_a_removed_one_follow_the_code(db: None) -> None:
    every(minutes=5, path=NOTE)
    every(minutes=5, path="backend.jobs.tasks.prune")
    sync_schedules()
    schedule._registry.clear()
    every(minutes=7, path=NOTE)
    sync_schedules()
    assert rows() == [(NOTE, 7)]


def test_a_row_that_a_person_added_is_left_alone(db: None) -> None:
    Schedule.objects.create(name="by hand", func=NOTE, schedule_type=Schedule.DAILY)
    sync_schedules()
    assert Schedule.objects.get().name == "by hand"


@pytest.mark.django_db(transaction=True)  # the library's scheduler lets go of the connection
def test_a_due_schedule_enqueues_its_job_once_and_skips_what_was_missed(marks, clock) -> None:
    every(minutes=5, path=NOTE)
    sync_schedules()
    clock.advance(3600)
    scheduler()
    scheduler()
    assert OrmQ.objects.count() == 1
    run_pending()
    assert marks("tick") == 1
    clock.advance(301)
    scheduler()
    run_pending()
    assert marks("tick") == 2


def test_what_cannot_run_is_refused_and_nothing_is_written(db: None) -> None:
    with pytest.raises(ValueError, match="every 0 minutes"):
        every(minutes=0, path=NOTE)
    every(minutes=1, path="tests.jobs.tasks.absent")
    with pytest.raises(NotAJob):
        sync_schedules()
    assert rows() == []


@pytest.mark.django_db(transaction=True)
def test_workers_that_start_together_write_each_schedule_once() -> None:
    if connection.vendor != "postgresql":
        pytest.skip("SQLite runs write transactions one after the other")
    every(minutes=5, path=NOTE)
    together = Barrier(4)

    def start() -> None:
        together.wait()
        sync_schedules()
        connection.close()

    threads = [Thread(target=start) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert rows() == [(NOTE, 5)]


@pytest.mark.django_db(transaction=True)
def test_every_room_registers_functions_that_exist(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    discover()
    sync_schedules()
    assert f"{PREFIX}backend.jobs.tasks.prune" in Schedule.objects.values_list("name", flat=True)
