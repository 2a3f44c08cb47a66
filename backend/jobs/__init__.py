"""Background jobs: enqueued in the transaction of the change, run by a worker; knows no domain.

The queue, its schedules and its leases are django-q2's rows in the project's own database; `backend.jobs.runner` runs
them in one process (docs/decisions/0002-job-queue.md says why). A job runs at least once, so it must be safe to run
twice; what must not be lost is a row of its domain, which a periodic job finds again.
"""

from backend.jobs.queue import enqueue, enqueue_later
from backend.jobs.schedule import every

__all__ = ["enqueue", "enqueue_later", "every"]
