"""What is handed to a sender, and what it answers."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import Enum
from typing import Protocol


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
