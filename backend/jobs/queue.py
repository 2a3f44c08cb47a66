"""How work gets into the queue."""

from datetime import timedelta
from functools import cache

from django.conf import settings
from django.utils import timezone
from django.utils.module_loading import import_string
from django_q.humanhash import uuid
from django_q.models import OrmQ
from django_q.signing import SignedPackage


class NotAJob(ValueError):
    """The path names no function of a `tasks` module, or an argument is not an id. A mistake in the calling code."""


def enqueue(path: str, *args: int | str) -> None:
    """Run the function at `path`, such as "backend.notifications.tasks.deliver_due", with `args` in a worker, soon.

    The job is a row written on the caller's connection: it is committed or rolled back with the caller's transaction.
    It runs at least once, in any order, usually within half a second of the commit; where it fails it is tried again
    after growing delays (see `backend.jobs.runner`). Arguments are ids: they are stored, so they carry nothing
    private. Raises NotAJob.
    """
    enqueue_later(0, path, *args)


def enqueue_later(seconds: float, path: str, *args: int | str) -> None:
    """`enqueue`, but the job becomes due after `seconds`. No worker waits for it meanwhile. Raises NotAJob."""
    check_path(path)
    if not all(type(arg) in (int, str) for arg in args):
        raise NotAJob(f"{path}: arguments must be int or str")
    due = timezone.now() + timedelta(seconds=seconds)
    name, identifier = uuid()
    # `started` is when the row becomes due: by it the runner tells a first attempt from a later one.
    package = {"id": identifier, "name": name, "func": path, "args": args, "kwargs": {}, "started": due}
    OrmQ.objects.create(key=settings.Q_CLUSTER["name"], payload=SignedPackage.dumps(package), lock=due)


@cache
def check_path(path: str) -> None:
    """Make sure that a worker will find the function. Raises NotAJob."""
    module = path.rpartition(".")[0]
    if module.rpartition(".")[2] != "tasks":
        raise NotAJob(f"{path}: jobs are functions of a module named tasks")
    try:
        function = import_string(path)
    except ImportError as error:
        raise NotAJob(f"{path}: {error}") from error
    if not callable(function):
        raise NotAJob(f"{path} is not a function")
