"""Into the queue: with the caller's transaction, and only what a worker can run."""

from threading import Thread

import pytest
from django.db import connection, transaction
from django_q.models import OrmQ

from backend.jobs import enqueue, enqueue_later
from backend.jobs.queue import NotAJob
from backend.jobs.runner import run_pending

NOTE = "tests.jobs.tasks.note"


@pytest.mark.django_db(transaction=True)
def test_a_job_of_a_rolled_back_transaction_never_was(marks) -> None:
    with transaction.atomic():
        enqueue(NOTE, 1)
        transaction.set_rollback(True)
    assert OrmQ.objects.count() == 0
    assert run_pending() == 0
    assert marks("note-1") == 0


@pytest.mark.django_db(transaction=True)
def test_a_job_is_seen_by_others_only_after_the_commit(marks) -> None:
    seen: list[int] = []

    def look() -> None:
        seen.append(OrmQ.objects.count())
        connection.close()

    def look_from_another_connection() -> None:
        thread = Thread(target=look)
        thread.start()
        thread.join()

    with transaction.atomic():
        enqueue(NOTE, 1)
        if connection.vendor == "postgresql":  # SQLite's tests share one connection between threads
            look_from_another_connection()
            assert seen == [0]
    look_from_another_connection()
    assert seen[-1] == 1


def test_jobs_run_in_the_order_of_their_rows_with_their_arguments(db: None, marks) -> None:
    enqueue(NOTE, 1)
    enqueue(NOTE, 2, "-b")
    assert run_pending(limit=1) == 1
    assert (marks("note-1"), marks("note-2-b")) == (1, 0)
    assert run_pending() == 1
    assert marks("note-2-b") == 1
    assert OrmQ.objects.count() == 0


def test_a_later_job_waits_for_its_time(db: None, marks, clock) -> None:
    enqueue_later(30, NOTE, 1)
    assert run_pending() == 0
    clock.advance(31)
    assert run_pending() == 1
    assert marks("note-1") == 1


@pytest.mark.parametrize(
    ("path", "args"),
    [
        ("tests.jobs.tasks.absent", ()),
        ("tests.jobs.absent.tasks.note", ()),
        ("tests.jobs.tasks.NOT_A_FUNCTION", ()),
        ("os.path.join", ()),  # it exists, but no room calls it a job
        ("note", ()),
        ("", ()),
        (NOTE, (1.5,)),
        (NOTE, (None,)),
        (NOTE, (True,)),
        (NOTE, ({"phone": "1"},)),
    ],
)
def test_what_no_worker_could_run_is_refused_at_once(db: None, path: str, args: tuple) -> None:
    with pytest.raises(NotAJob):
        enqueue(path, *args)
    assert OrmQ.objects.count() == 0
