"""Answers that are the same for many, kept until the next edition of what the public reads.

An answer is kept under the number of the edition that was current before it was made, and given out only while that
number is still current: each request learns the number after it came in, so a publication or a take-down is seen by
the next request, whichever process it meets.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from functools import partial
from hashlib import blake2b

from backend.live.threads import pool
from backend.schema.server.replies import Reply

#: All bodies kept, together. What is kept of them compressed comes on top: a third of that, if everybody takes it.
MAX_KEPT_BYTES = 64_000_000


@dataclass(frozen=True, slots=True)
class Kept:
    """An encoded answer, and what identifies its content."""

    edition: Hashable
    body: bytes
    etag: str
    #: By media type, and whether it is compressed, the HTTP responses that carry it.
    replies: dict[tuple[str, bool], Reply] = field(default_factory=dict, compare=False)
    #: The body compressed, by the name of the encoding, once somebody has asked for it so.
    encoded: dict[str, bytes | None] = field(default_factory=dict, compare=False)

    @classmethod
    def of(cls, edition: Hashable, body: bytes) -> "Kept":
        """With its own etag."""
        return cls(edition, body, blake2b(body, digest_size=12).hexdigest())


class AnswerCache:
    """The most recently used answers; for the event loop alone."""

    def __init__(self, size: int) -> None:
        self.size = size
        self._kept: OrderedDict[Hashable, Kept] = OrderedDict()
        self._bytes = 0

    def get(self, key: Hashable, edition: Hashable) -> Kept | None:
        """The answer, if it is of this edition."""
        found = self._kept.get(key)
        if found is None or found.edition != edition:
            return None
        self._kept.move_to_end(key)
        return found

    def put(self, key: Hashable, kept: Kept) -> None:
        """Keep an answer in place of an older one."""
        if replaced := self._kept.pop(key, None):
            self._bytes -= len(replaced.body)
        self._kept[key] = kept
        self._bytes += len(kept.body)
        while len(self._kept) > self.size or self._bytes > MAX_KEPT_BYTES:
            _, oldest = self._kept.popitem(last=False)
            self._bytes -= len(oldest.body)


class Editions:
    """The current edition, read once for all requests that wait for it.

    A request may only rely on a reading that began after it came in, so while one is under way those who come wait for
    the next: under load one statement serves many, and alone it costs one. `at_once` reads without waiting for
    anything, where that can be done; it returns None where it cannot just now.
    """

    def __init__(self, read: Callable[[], Hashable], at_once: Callable[[], Hashable | None] | None = None) -> None:
        self._read = read
        self._at_once = at_once
        self._loop: asyncio.AbstractEventLoop | None = None
        self._under_way = False
        self._next: asyncio.Future[Hashable] | None = None

    async def current(self) -> Hashable:
        """The edition, by a reading that began after this was called. Raises what the reading raised."""
        if self._at_once and (edition := self._at_once()) is not None:
            return edition
        loop = asyncio.get_running_loop()
        if loop is not self._loop:
            self._loop, self._under_way, self._next = loop, False, None
        waiting = self._next
        if waiting is None:
            waiting = self._next = loop.create_future()
            if not self._under_way:
                self._begin(waiting)
        return await asyncio.shield(waiting)

    def _begin(self, batch: "asyncio.Future[Hashable]") -> None:
        self._next, self._under_way = None, True
        pool().start(self._read).add_done_callback(partial(self._end, batch))

    def _end(self, batch: "asyncio.Future[Hashable]", reading: "asyncio.Future[Hashable]") -> None:
        self._under_way = False
        if error := reading.exception():
            batch.set_exception(error)
        else:
            batch.set_result(reading.result())
        if self._next is not None:
            self._begin(self._next)
