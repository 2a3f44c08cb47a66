"""What carries pushes out of the house."""

from collections.abc import Sequence
from functools import cache

from django.conf import settings

from backend.notifications.models import OutboxPush
from backend.notifications.pushes import DONE, Outcome, Push, PushSender, TopicChange


class OutboxSender:
    """The embedded sender: keeps each push as a row for the outbox viewer; the same push twice is one row."""

    def send(self, pushes: Sequence[Push]) -> list[Outcome]:
        """Keep each push."""
        rows = [
            OutboxPush(
                push_id=push.push_id,
                target=f"token:{push.token}" if push.token else f"topic:{push.topic}",
                payload={
                    "notification": {"title": push.title, "body": push.body},
                    "data": push.data,
                    "ttl": int(push.lifetime.total_seconds()),
                },
            )
            for push in pushes
        ]
        OutboxPush.objects.bulk_create(rows, ignore_conflicts=True)
        return [DONE] * len(pushes)

    def change_topics(self, changes: Sequence[TopicChange]) -> list[Outcome]:
        """Nothing follows topics here."""
        return [DONE] * len(changes)


@cache
def sender() -> PushSender:
    """The one sender of this process: FCM where credentials are named, the outbox elsewhere."""
    if not settings.FIREBASE_CREDENTIALS:
        return OutboxSender()
    from backend.notifications.firebase import FirebaseSender  # noqa: PLC0415 - costly, and few need it

    return FirebaseSender(settings.FIREBASE_CREDENTIALS)
