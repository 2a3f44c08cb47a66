"""Runs what is queued, one job after the other, in this process; more processes share the same queue.

Taking a job leases its row for LEASE_SECONDS: a worker that is killed leaves the row, the lease runs out, and another
worker runs the job again. The row goes when the job has succeeded, or has failed MAX_ATTEMPTS times.
"""

import faulthandler
import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final, Protocol

from django.conf import settings
from django.db import close_old_connections, connection
from django.utils import timezone
from django.utils.module_loading import import_string
from django_q.exceptions import TimeoutException
from django_q.models import OrmQ, Task
from django_q.scheduler import scheduler
from django_q.signing import BadSignature, SignedPackage
from django_q.timeout import TimeoutHandler

from backend.redaction import describe

log = logging.getLogger(__name__)

_SETTINGS: Final[dict[str, Any]] = settings.Q_CLUSTER
QUEUE: Final[str] = _SETTINGS["name"]
POLL_SECONDS: Final[float] = _SETTINGS["poll"]
TIMEOUT_SECONDS: Final[int] = _SETTINGS["timeout"]
LEASE_SECONDS: Final[int] = _SETTINGS["retry"]
MAX_ATTEMPTS: Final[int] = _SETTINGS["max_attempts"]
SCHEDULE_SECONDS: Final = 5.0
FIRST_DELAY_SECONDS: Final[int] = settings.JOB_RETRY_SECONDS
FAILURES_KEPT: Final = timedelta(days=30)


class Stop(Protocol):
    """Says when to stop, and how to wait until then."""

    def is_set(self) -> bool:
        """Whether to stop now."""

    def wait(self, seconds: float, /) -> Any:
        """Return after so many seconds, or earlier where it is set."""


@dataclass(frozen=True, slots=True)
class Job:
    """One leased row of the queue, unpacked."""

    row: int
    id: str
    name: str
    path: str
    args: tuple[int | str, ...]
    due_at: datetime
    again: bool  # it was leased before: it failed, or its worker died


def delay_after(attempt: int) -> timedelta:
    """How long a job rests after its `attempt`th failure: 10 s, 40 s, 160 s, 640 s by default."""
    return timedelta(seconds=FIRST_DELAY_SECONDS * 4 ** (attempt - 1))


def run_forever(stop: Stop) -> None:
    """Run jobs as they come due and schedules as they fall due, until `stop` is set.

    A job that can be interrupted no other way ends the process (its lease then brings it back); whoever started the
    process starts it again.
    """
    next_schedule = 0.0
    while not stop.is_set():
        try:
            if time.monotonic() >= next_schedule:
                next_schedule = time.monotonic() + SCHEDULE_SECONDS
                scheduler()
            idle = not run_next(guard=True)
        except Exception:
            log.exception("the queue could not be read; trying again")
            stop.wait(5)
            idle = True
        _renew_connections()
        if idle:
            stop.wait(POLL_SECONDS)


def run_pending(limit: int = 1000) -> int:
    """Run what is due now, and what it enqueues in turn, in this process. Returns how many jobs ran."""
    return next((ran for ran in range(limit) if not run_next()), limit)


def run_next(*, guard: bool = False) -> bool:
    """Run the oldest job that is due. Returns False where none was."""
    row = _lease()
    if row is None:
        return False
    if job := _unpack(row):
        attempt = _begin(job)
        if attempt <= MAX_ATTEMPTS:
            _run(job, attempt, guard=guard)
    return True


def forget_old_failures() -> None:
    """Delete what has been kept of dead jobs for 30 days."""
    Task.objects.filter(stopped__lt=timezone.now() - FAILURES_KEPT).delete()


def _lease() -> OrmQ | None:
    """The oldest due row, now not due for LEASE_SECONDS. Where others are faster, the next."""
    while True:
        now = timezone.now()
        row = OrmQ.objects.filter(key=QUEUE, lock__lte=now).order_by("pk").first()
        if row is None:
            return None
        until = now + timedelta(seconds=LEASE_SECONDS)
        if OrmQ.objects.filter(pk=row.pk, lock=row.lock).update(lock=until):
            return row


def _unpack(row: OrmQ) -> Job | None:
    """What the row asks for; None where it was not signed with this SECRET_KEY.

    Such a row stays, leased: it may be this worker that has the wrong key, and the next one may have the right one.
    """
    try:
        package = SignedPackage.loads(row.payload)
    except (BadSignature, TypeError) as error:
        log.warning("job %d was signed with another SECRET_KEY and is left (%s)", row.pk, type(error).__name__)
        return None
    # A fresh row is due when its package says, or (where the library's schedules wrote it) a hair later.
    again = row.lock - package["started"] > timedelta(seconds=1)
    values = (package["id"], package["name"], package["func"], tuple(package["args"]), package["started"])
    return Job(row.pk, *values, again)


def _begin(job: Job) -> int:
    """Count this attempt, and bury the job where it is one too many. Returns its number.

    A first attempt is counted when it has failed, which saves a write a job. A later one is counted before it
    begins, so that a job that kills its worker each time comes to an end as well.
    """
    if not job.again:
        return 1
    known = Task.objects.filter(id=job.id).values_list("attempt_count", flat=True).first()
    attempt = (1 if known is None else known) + 1
    if attempt > MAX_ATTEMPTS:
        _bury(job, attempt - 1)
    else:
        _record(job, attempt, "started, and never ended")
    return attempt


def _run(job: Job, attempt: int, *, guard: bool) -> None:
    try:
        _call(import_string(job.path), job.args, guard=guard)
    except (Exception, TimeoutException) as error:  # noqa: BLE001 - one job's bug must not end the worker
        _renew_connections()
        _failed(job, attempt, error)
    else:
        OrmQ.objects.filter(pk=job.row).delete()
        if job.again:
            Task.objects.filter(id=job.id).delete()


def _call(function: Callable[..., None], args: tuple[int | str, ...], *, guard: bool) -> None:
    """Call it for at most TIMEOUT_SECONDS; with `guard`, end the process where even that does not interrupt it."""
    if guard:
        faulthandler.dump_traceback_later(TIMEOUT_SECONDS + 2, exit=True)
    try:
        with TimeoutHandler(TIMEOUT_SECONDS):
            function(*args)
    finally:
        if guard:
            faulthandler.cancel_dump_traceback_later()


def _renew_connections() -> None:
    """Drop what broke or grew old; a connection in the middle of a caller's transaction is the caller's."""
    if not connection.in_atomic_block:
        close_old_connections()


def _failed(job: Job, attempt: int, error: BaseException) -> None:
    what = describe(error)
    log.warning("job %d %s failed, attempt %d of %d: %s", job.row, job.path, attempt, MAX_ATTEMPTS, what)
    _record(job, attempt, what)
    if attempt >= MAX_ATTEMPTS:
        _bury(job, attempt)
    else:
        OrmQ.objects.filter(pk=job.row).update(lock=timezone.now() + delay_after(attempt))


def _record(job: Job, attempt: int, result: str) -> None:
    values = {"name": job.name, "func": job.path, "args": job.args, "kwargs": {}, "started": job.due_at}
    now = {"stopped": timezone.now(), "result": result, "success": False, "attempt_count": attempt}
    Task.objects.update_or_create(id=job.id, defaults={**values, **now})


def _bury(job: Job, attempts: int) -> None:
    """Try no more: the row leaves the queue, its last failure stays in the library's table of failed tasks."""
    OrmQ.objects.filter(pk=job.row).delete()
    log.error("job %d %s is given up after %d attempts", job.row, job.path, attempts)
