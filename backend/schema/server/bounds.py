"""How much one socket may do, and how many sockets there may be."""

import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """The limits of sockets; docs/api.md tells clients of them, docs/decisions why they are what they are."""

    #: How long a new socket may take to introduce itself.
    init_seconds: float = 10.0
    #: How long a client may be silent before it is asked whether it is still there, and may then take to answer.
    ping_seconds: float = 40.0
    pong_seconds: float = 20.0
    #: How long a socket may stay open on which nothing runs.
    idle_seconds: float = 300.0
    #: How long the network may take nothing of what is to be sent.
    send_seconds: float = 30.0
    #: How long before its token ends a client is told to sign in again.
    warning_seconds: float = 600.0
    #: How often the tokens of open sockets are looked up, all together.
    recheck_seconds: float = 10.0
    operations: int = 50
    #: Operations of one socket that are computed at the same time; the others wait their turn.
    at_once: int = 2
    message_characters: int = 200_000
    id_characters: int = 200
    #: Messages that may come in one burst, and how many a second may follow for ever.
    burst: int = 300
    messages_per_second: float = 30.0
    per_process: int = 10_000
    per_address: int = 2_000


class Allowance:
    """A bucket that `per_second` drops fall into, and that holds `burst` of them."""

    __slots__ = ("_burst", "_left", "_per_second", "_updated")

    def __init__(self, burst: int, per_second: float) -> None:
        self._burst = burst
        self._per_second = per_second
        self._left = float(burst)
        self._updated = time.monotonic()

    def take(self) -> bool:
        """Take one drop; False where there is none."""
        now = time.monotonic()
        self._left = min(self._burst, self._left + (now - self._updated) * self._per_second)
        self._updated = now
        if self._left < 1:
            return False
        self._left -= 1
        return True


class Places:
    """How many sockets a process has open, altogether and for each address."""

    def __init__(self, bounds: Bounds) -> None:
        self._bounds = bounds
        self._taken: Counter[str] = Counter()
        self.taken = 0

    @contextmanager
    def take(self, address: str) -> Iterator[bool]:
        """Hold a place for a socket as long as it lasts; gives whether there was one."""
        free = self.taken < self._bounds.per_process and self._taken[address] < self._bounds.per_address
        if not free:
            yield False
            return
        self.taken += 1
        self._taken[address] += 1
        try:
            yield True
        finally:
            self.taken -= 1
            self._taken[address] -= 1
            if not self._taken[address]:
                del self._taken[address]
