"""What carries pushes out of the house."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import Enum
from functools import cache
from typing import Protocol

from django.conf import settings

from backend.notifications.models import OutboxPush


@dataclass(frozen=True, slots=True)
class Push:
    """One push to one phone (`token`) or to a topic. `push_id` is the same for every attempt."""

    push_id: str
    kind: str
    title: str
    body: str
    link: str
    lifetime: timedelta
    wakes: bool = False
    token: str = ""
    topic: str = ""

    @property
    def data(self) -> dict[str, str]:
        """What the app reads; it shows each `push_id` once."""
        return {"push_id": self.push_id, "kind": self.kind, "link": self.link}


@dataclass(frozen=True, slots=True)
class TopicChange:
    """A phone begins (`follow`) or ceases to follow a topic."""

    token: str
    topic: str
    follow: bool


class Verdict(Enum):
    """How it went."""

    DONE = "done"
    DEAD_TOKEN = "dead_token"  # noqa: S105 - the name of a verdict
    PASSING = "passing"  # may go better later
    REFUSED = "refused"  # never will
    UNTRIED = "untried"  # time was up before its turn


@dataclass(frozen=True, slots=True)
class Outcome:
    """How one push or change went; `retry_after` are the seconds that the other side asked to wait."""

    verdict: Verdict
    error: str = ""
    retry_after: float = 0.0


DONE = Outcome(Verdict.DONE)


class PushSender(Protocol):
    """Takes a batch and returns one outcome for each, in order, well within a lease."""

    def send(self, pushes: Sequence[Push]) -> list[Outcome]:
        """Send each push."""

    def change_topics(self, changes: Sequence[TopicChange]) -> list[Outcome]:
        """Make each change; one that is already made is DONE."""


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
