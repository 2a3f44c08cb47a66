"""What is noticed of one operation, and who is told when it has ended.

Whoever works on an operation fills its `Observation`, the event loop and then a thread; the event loop alone tells the
`Observer`, once. A statement that ends after that is lost to the log. No variable, token or document text is ever kept.
"""

import re
import time
from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple, Protocol

from graphql import OperationDefinitionNode

from backend.schema.plans.shapes import name_of

#: Statements of one operation that are kept for the log of slow ones, and characters of each.
KEPT_STATEMENTS: Final = 30
KEPT_CHARACTERS: Final = 1_000
_WELL_FORMED: Final = re.compile(r"[A-Za-z0-9._-]{8,64}")


class Statement(NamedTuple):
    """One SQL statement: its text without parameters, how long it took, and when it ended (`time.perf_counter`)."""

    text: str
    seconds: float
    ended: float


class Observation:
    """One operation, or a request that never became one (then `kind` is empty)."""

    __slots__ = (
        "began",
        "cached",
        "codes",
        "cost",
        "digest",
        "kept",
        "kind",
        "name",
        "planned",
        "seconds",
        "sql_seconds",
        "statements",
        "status",
        "traceparent",
        "trusted",
        "upstream_id",
    )

    def __init__(self) -> None:
        self.began = time.perf_counter()
        self.seconds = 0.0
        self.name = self.kind = self.digest = ""
        self.trusted = self.cached = self.planned = False
        self.cost = self.statements = self.status = 0
        self.sql_seconds = 0.0
        self.codes: Sequence[str] = ()
        self.kept: list[Statement] = []
        self.upstream_id = self.traceparent = ""

    def about(self, operation: OperationDefinitionNode | None, digest: str, *, trusted: bool = False) -> None:
        """Which operation it is; `trusted` where its document is one of our own clients'."""
        self.digest = digest
        self.trusted = trusted
        if operation is not None:
            self.kind = operation.operation.value
            self.name = name_of(operation)

    @classmethod
    def like(cls, other: "Observation") -> "Observation":
        """A new one of the same operation, without what was noticed on the way."""
        made = cls()
        made.resemble(other)
        return made

    def resemble(self, other: "Observation") -> None:
        """It is the operation that was seen before, asked again."""
        self.name, self.kind, self.digest = other.name, other.kind, other.digest
        self.cost, self.trusted = other.cost, other.trusted

    def statement(self, seconds: float | None = None, text: str = "") -> None:
        """One SQL statement has run; `text` is its SQL without parameters."""
        self.statements += 1
        if seconds is not None:
            self.sql_seconds += seconds
        if text and len(self.kept) < KEPT_STATEMENTS:
            self.kept.append(Statement(text[:KEPT_CHARACTERS], seconds or 0.0, time.perf_counter()))

    def refused(self, errors: Sequence[Mapping[str, Any]]) -> None:
        """The response's `errors`: their codes are kept, each once."""
        self.codes = list(dict.fromkeys(error["extensions"]["code"] for error in errors))

    def come_from(self, headers: Mapping[str, str]) -> None:
        """What a proxy of ours wrote down: its own number of the request, and the trace that it belongs to."""
        inbound = headers.get("x-request-id", "")
        self.upstream_id = inbound if _WELL_FORMED.fullmatch(inbound) else ""
        self.traceparent = headers.get("traceparent", "")


class Recorder(Protocol):
    """Something that wants to know of each operation that has ended."""

    def record(self, seen: Observation, request_id: str) -> None:
        """Take note of it, on the event loop: it must be quick, and must not fail."""

    async def close(self) -> None:
        """The process ends: let go of what is still held back."""


class Observer:
    """Tells each of its recorders of each operation."""

    def __init__(self, *recorders: Recorder) -> None:
        self._recorders = recorders

    def finish(self, seen: Observation, request_id: str) -> None:
        """The operation has ended. What has been told once is not told again."""
        if seen.seconds:
            return
        seen.seconds = time.perf_counter() - seen.began
        for recorder in self._recorders:
            recorder.record(seen, request_id)

    async def close(self) -> None:
        """The process ends."""
        for recorder in self._recorders:
            await recorder.close()
