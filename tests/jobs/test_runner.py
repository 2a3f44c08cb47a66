"""Out of the queue: retries with growing delays, death, and jobs that take their worker with them."""

import logging

import pytest
from django.conf import settings
from django.utils import timezone
from django_q.models import Failure, OrmQ

from backend.jobs import enqueue
from backend.jobs.runner import LEASE_SECONDS, MAX_ATTEMPTS, delay_after, forget_old_failures, run_next, run_pending
from tests.jobs.tasks import PRIVATE

FAIL = "tests.jobs.tasks.fail"


def test_delays_grow() -> None:
    assert [delay_after(attempt).total_seconds() for attempt in range(1, MAX_ATTEMPTS)] == [10, 40, 160, 640]


def test_the_lease_outlasts_the_longest_job_and_is_over_within_a_minute() -> None:
    assert settings.Q_CLUSTER["timeout"] + 2 < LEASE_SECONDS < 60


def test_a_failing_job_is_tried_again_after_its_delay_and_then_forgotten(db: None, marks, clock) -> None:
    enqueue(FAIL, 1, 2)
    assert run_pending() == 1
    clock.advance(9)
    assert run_pending() == 0
    clock.advance(2)
    assert run_pending() == 1
    clock.advance(39)
    assert run_pending() == 0
    clock.advance(2)
    assert run_pending() == 1
    assert marks("fail-1") == 3
    assert OrmQ.objects.count() == 0
    assert Failure.objects.count() == 0


def test_a_job_that_fails_each_time_ends_as_dead(db: None, marks, clock, caplog: pytest.LogCaptureFixture) -> None:
    enqueue(FAIL, 1, 99)
    for _ in range(MAX_ATTEMPTS + 3):
        run_pending()
        clock.advance(1000)
    assert marks("fail-1") == MAX_ATTEMPTS
    assert OrmQ.objects.count() == 0
    dead = Failure.objects.get()
    assert (dead.func, dead.args, dead.attempt_count) == (FAIL, (1, 99), MAX_ATTEMPTS)
    given_up = [record for record in caplog.records if record.levelno == logging.ERROR]
    assert [record.getMessage() for record in given_up] == [
        f"job {given_up[0].args[0]} {FAIL} is given up after 5 attempts"
    ]


def test_a_failing_job_does_not_hold_up_the_next(db: None, marks, clock) -> None:
    enqueue(FAIL, 1, 99)
    enqueue("tests.jobs.tasks.note", 2)
    assert run_pending() == 2
    assert marks("note-2") == 1


def test_what_an_error_quotes_stays_out_of_production_logs(
    db: None, marks, settings, caplog: pytest.LogCaptureFixture
) -> None:
    settings.DEVELOPMENT = False
    enqueue(FAIL, 1, 99)
    run_pending()
    kept = Failure.objects.get().result
    for text in (caplog.text, kept):
        assert "RuntimeError" in text
        assert "tests/jobs/tasks.py" in text
        assert PRIVATE not in text


def test_a_job_whose_worker_dies_runs_again_when_its_lease_is_over(db: None, marks, clock) -> None:
    enqueue("tests.jobs.tasks.die", 1, 1)
    with pytest.raises(KeyboardInterrupt):
        run_next()
    clock.advance(LEASE_SECONDS - 1)
    assert run_pending() == 0
    clock.advance(2)
    assert run_pending() == 1
    assert marks("die-1") == 2
    assert OrmQ.objects.count() == 0
    assert Failure.objects.count() == 0


def test_a_job_that_kills_every_worker_comes_to_an_end(db: None, marks, clock) -> None:
    enqueue("tests.jobs.tasks.die", 1, 99)
    for _ in range(MAX_ATTEMPTS):
        with pytest.raises(KeyboardInterrupt):
            run_next()
        clock.advance(LEASE_SECONDS + 1)
    assert run_pending() == 1
    assert marks("die-1") == MAX_ATTEMPTS
    assert OrmQ.objects.count() == 0
    assert Failure.objects.get().attempt_count == MAX_ATTEMPTS


def test_a_row_signed_with_another_key_is_left_and_holds_up_nothing(db: None, marks) -> None:
    enqueue("tests.jobs.tasks.note", 1)
    OrmQ.objects.update(payload="x" + OrmQ.objects.get().payload)
    enqueue("tests.jobs.tasks.note", 2)
    run_pending()
    assert (marks("note-1"), marks("note-2")) == (0, 1)
    assert OrmQ.objects.get().lock > timezone.now()


def test_dead_jobs_are_kept_for_a_month(db: None, marks, clock) -> None:
    enqueue(FAIL, 1, 99)
    run_pending()
    clock.advance(29 * 86400)
    forget_old_failures()
    assert Failure.objects.count() == 1
    clock.advance(2 * 86400)
    forget_old_failures()
    assert Failure.objects.count() == 0
