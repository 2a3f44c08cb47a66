"""What is swept away again and again. Each job may run twice, or late, without harm."""

from datetime import timedelta

from django.contrib.sessions.backends.db import SessionStore
from django.db import transaction
from django.db.models import ProtectedError, QuerySet
from django.utils import timezone

from backend.accounts.models import AccessToken, DevelopmentSms, User
from backend.jobs import every

PROVISIONAL_FOR = timedelta(days=1)
#: For a while an expired token is told apart from one that never was.
EXPIRED_TOKENS_FOR = timedelta(days=7)
DEVELOPMENT_SMS_FOR = timedelta(days=1)
#: Deleting a person looks through every table that names people; a run stays well within a job's time.
BATCH = 500


def sweep_provisional_accounts() -> int:
    """Delete accounts that only ever asked for a code, oldest first, at most BATCH; returns how many went.

    One that something refers to is somebody's by now, and stays.
    """
    oldest = _stale_accounts().order_by("code_requested_at").values_list("pk", flat=True)[:BATCH]
    return sum(_sweep_account(pk) for pk in list(oldest))


def _stale_accounts() -> QuerySet[User]:
    rows = User.objects.filter(
        provisional=True, code_requested_at__lt=timezone.now() - PROVISIONAL_FOR, is_superuser=False
    )
    for relation in User._meta.related_objects:  # noqa: SLF001 - Django documents it
        rows = rows.filter(**{f"{relation.name}__isnull": True})
    return rows


def _sweep_account(pk: int) -> bool:
    """Delete one, unless it was claimed meanwhile: its row is locked, then looked at again."""
    try:
        with transaction.atomic():
            user = _stale_accounts().select_for_update(of=("self",)).filter(pk=pk).first()
            if user is None:
                return False
            user.delete()
    except ProtectedError:
        User.objects.filter(pk=pk).update(provisional=False)
        return False
    return True


def sweep_tokens() -> int:
    """Delete tokens that expired a week ago; returns how many went."""
    return AccessToken.objects.filter(expires_at__lt=timezone.now() - EXPIRED_TOKENS_FOR).delete()[0]


def sweep_sessions() -> None:
    """Delete sessions that are over: challenges nobody answered, and sign-ins to the console."""
    SessionStore.clear_expired()


def sweep_development_sms() -> int:
    """Delete yesterday's messages of the console sender; returns how many went."""
    return DevelopmentSms.objects.filter(sent_at__lt=timezone.now() - DEVELOPMENT_SMS_FOR).delete()[0]


every(minutes=10, path="backend.accounts.tasks.sweep_provisional_accounts")
every(minutes=60, path="backend.accounts.tasks.sweep_tokens")
every(minutes=10, path="backend.accounts.tasks.sweep_sessions")
every(minutes=60, path="backend.accounts.tasks.sweep_development_sms")
