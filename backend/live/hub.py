"""The registry of who listens in this process, and the one listener per group that serves them all.

The database is the truth and a wake-up is only a hint: on one, and on a slow heartbeat, a topic reads what is new
once, and hands the same event to everyone who listens. Nothing is lost when a wake-up is: the next one, or the
heartbeat, reads from the same position.
"""

import asyncio
import logging
from collections import deque
from collections.abc import AsyncGenerator, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol
from weakref import WeakValueDictionary

from channels.layers import get_channel_layer

log = logging.getLogger(__name__)

#: Events a listener may lag behind before it is told to resume.
BUFFER = 200
#: Rows read at once, while catching up and while following.
PAGE = 100
HEARTBEAT_SECONDS = 10.0


@dataclass(slots=True)
class Event:
    """Something at a position of a topic, the same for everyone who may see it.

    `rendered` keeps its encoded form by question, so that those who asked the same share one encoding.
    """

    position: int
    value: Any
    rendered: dict[Any, "asyncio.Future[bytes]"] = field(default_factory=dict)


class Source(Protocol):
    """Where a topic's events come from: rows with gapless rising positions."""

    async def latest(self) -> int:
        """Position of the newest event; 0 where there is none."""

    async def read_after(self, position: int, limit: int) -> Sequence[tuple[int, Any]]:
        """Up to `limit` (position, value) pairs behind `position`, in order."""

    async def still_allowed(self, keys: Iterable[int]) -> set[int]:
        """Those of the listeners' keys that may go on listening."""

    def expelled(self) -> Exception:
        """What ends the stream of one who may not."""


class SlowListener(Exception):
    """The listener fell more than BUFFER events behind; it must resume from its last position."""


class Listener:
    """One subscriber's place in a topic. Nothing is buffered before `attach`."""

    def __init__(self, topic: "Topic", key: int) -> None:
        self.topic = topic
        self.key = key
        self._buffer: deque[Event] | None = None
        self._failure: Exception | None = None
        self._ready = asyncio.Event()

    def attach(self) -> None:
        """Begin to buffer what comes."""
        self._buffer = deque()

    def offer(self, event: Event) -> None:
        """Take an event, or fail where the buffer is full."""
        if self._buffer is None:
            return
        if len(self._buffer) >= BUFFER:
            self.fail(SlowListener())
        else:
            self._buffer.append(event)
            self._ready.set()

    def fail(self, reason: Exception) -> None:
        """End the stream with an exception."""
        self._failure = reason
        self._ready.set()

    def check(self) -> None:
        """Raise what ended the stream, if anything did."""
        if self._failure:
            raise self._failure

    async def get(self) -> Event:
        """The next event. Raises SlowListener, or what the source expels with."""
        while not self._buffer:
            self.check()
            self._ready.clear()
            await self._ready.wait()
        self.check()
        return self._buffer.popleft()


class Topic:
    """One group as this process follows it."""

    def __init__(self, name: str, source: Source) -> None:
        self.name = name
        self.source = source
        self.position = 0
        self.listeners: set[Listener] = set()
        self._dirty = asyncio.Event()
        self._recheck = False
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Take the current position and follow from there."""
        self.position = await self.source.latest()
        self._task = asyncio.create_task(self._follow(), name=f"topic {self.name}")

    def stop(self) -> None:
        """Follow no longer."""
        if self._task:
            self._task.cancel()

    def wake(self, *, recheck: bool = False) -> None:
        """Something may be new; many wake-ups at once read once."""
        self._recheck = self._recheck or recheck
        self._dirty.set()

    async def _follow(self) -> None:
        while True:
            await self._dirty.wait()
            self._dirty.clear()
            try:
                await self._read()
            except Exception:
                log.exception("topic %s could not read; the heartbeat tries again", self.name)

    async def _read(self) -> None:
        if self._recheck:
            self._recheck = False
            await self._expel()
        while rows := await self.source.read_after(self.position, PAGE):
            for position, value in rows:
                event = Event(position, value)
                for listener in self.listeners:
                    listener.offer(event)
                self.position = position
            if len(rows) < PAGE:
                break

    async def _expel(self) -> None:
        # Who joins while the question is under way was let in by the latest rules, and is not asked about.
        asked = list(self.listeners)
        allowed = await self.source.still_allowed({listener.key for listener in asked})
        for listener in asked:
            if listener.key not in allowed:
                listener.fail(self.source.expelled())


class Hub:
    """All topics of this process: one channel of the channel layer, one group membership a topic."""

    def __init__(self) -> None:
        self.loop: asyncio.AbstractEventLoop | None = None
        self._topics: dict[str, Topic] = {}
        self._locks: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        self._channel = ""
        self._starting: asyncio.Task[None]
        self._tasks: list[asyncio.Task[None]] = []

    async def start(self) -> None:
        """Begin to receive wake-ups; idempotent within one event loop, and whoever comes meanwhile waits."""
        loop = asyncio.get_running_loop()
        if self.loop is not loop:
            self.loop = loop
            self._topics = {}
            self._locks = WeakValueDictionary()
            self._starting = loop.create_task(self._begin())
        await asyncio.shield(self._starting)

    async def _begin(self) -> None:
        self._channel = await get_channel_layer().new_channel("live")
        self._tasks = [asyncio.create_task(self._receive()), asyncio.create_task(self._heartbeat())]

    async def stop(self) -> None:
        """Forget every topic and listen no longer."""
        for task in self._tasks:
            task.cancel()
        for topic in self._topics.values():
            topic.stop()
        self.loop = None

    async def follow(self, name: str, source: Source, *, key: int, after: int) -> AsyncGenerator[Event, None]:
        """Every event behind `after`, once and in order: first from the source, then as they come.

        No event falls between the two: buffering begins before the last read from the source, so that what is
        committed later is buffered, and what was committed earlier is read; what is both is given once.
        Raises SlowListener, or what the source expels with.
        """
        listener = await self._join(name, source, key)
        try:
            position = after
            while rows := await source.read_after(position, PAGE):
                listener.check()
                for position, value in rows:
                    yield Event(position, value)
                if len(rows) < PAGE:
                    break
            listener.attach()
            while True:
                while rows := await source.read_after(position, PAGE):
                    for position, value in rows:
                        yield Event(position, value)
                event = await listener.get()
                while event.position <= position:
                    event = await listener.get()
                while event.position == position + 1:
                    position = event.position
                    yield event
                    event = await listener.get()
        finally:
            await self._leave(listener)

    async def _join(self, name: str, source: Source, key: int) -> Listener:
        await self.start()
        if name not in self._topics:
            async with self._lock(name):
                if name not in self._topics:
                    self._topics[name] = await self._open(name, source)
                return self._add(name, key)
        return self._add(name, key)

    def _add(self, name: str, key: int) -> Listener:
        topic = self._topics[name]
        listener = Listener(topic, key)
        topic.listeners.add(listener)
        return listener

    async def _open(self, name: str, source: Source) -> Topic:
        topic = Topic(name, source)
        await self._tell_layer("group_add", name)
        try:
            await topic.start()
        except BaseException:
            await self._tell_layer("group_discard", name)
            raise
        return topic

    async def _tell_layer(self, what: str, name: str) -> None:
        """A channel layer that is away costs the wake-ups of this topic; the heartbeat still brings its events."""
        try:
            await getattr(get_channel_layer(), what)(name, self._channel)
        except Exception:
            log.exception("the channel layer refused %s for %s; heartbeats carry on", what, name)

    async def _leave(self, listener: Listener) -> None:
        topic = listener.topic
        topic.listeners.discard(listener)
        async with self._lock(topic.name):
            if topic.listeners or self._topics.get(topic.name) is not topic:
                return
            del self._topics[topic.name]
            topic.stop()
            await self._tell_layer("group_discard", topic.name)

    def _lock(self, name: str) -> asyncio.Lock:
        """Opening and closing one topic never overlap: a late goodbye must not undo a new hello."""
        return self._locks.setdefault(name, asyncio.Lock())

    async def _receive(self) -> None:
        layer = get_channel_layer()
        while True:
            try:
                message = await layer.receive(self._channel)
            except Exception:
                log.exception("the channel layer failed; heartbeats carry on")
                await asyncio.sleep(1)
                continue
            if topic := self._topics.get(message["topic"]):
                topic.wake(recheck=message["recheck"])

    async def _heartbeat(self) -> None:
        while True:
            await asyncio.sleep(HEARTBEAT_SECONDS)
            for topic in list(self._topics.values()):
                topic.wake(recheck=True)


hub = Hub()
