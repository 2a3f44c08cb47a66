"""The jobs that tell advisors of changed law."""

from django_q.models import OrmQ
from django_q.signing import SignedPackage

from backend.advisors.law_changes import TELL
from backend.advisors.tasks import tell_of_changed_law


def tell() -> int:
    """Do those in the queue, each twice as a worker may; how many there were."""
    done = 0
    for row in OrmQ.objects.order_by("pk"):
        package = SignedPackage.loads(row.payload)
        if package["func"] == TELL:
            for _ in range(2):
                tell_of_changed_law(*package["args"])
            row.delete()
            done += 1
    return done
