"""The registry: every event once and in order, whatever is lost, doubled or late on the way."""

import asyncio
from collections.abc import Iterable
from typing import Any

import pytest
from channels.layers import get_channel_layer
from hypothesis import given
from hypothesis import strategies as st

from backend.live import hub as under_test
from backend.live.hub import Hub, SlowListener


class Expelled(Exception):
    pass


class Growing:
    """A source whose events are numbers, with a pause in each read as a database has."""

    def __init__(self, newest: int = 0) -> None:
        self.newest = newest
        self.reads = 0
        self.members = {1}
        self.asked = asyncio.Event()
        self.asked.set()

    async def latest(self) -> int:
        await asyncio.sleep(0)
        return self.newest

    async def read_after(self, position: int, limit: int) -> list[tuple[int, Any]]:
        self.reads += 1
        seen = self.newest
        await asyncio.sleep(0)
        return [(n, n) for n in range(position + 1, min(seen, position + limit) + 1)]

    async def still_allowed(self, keys: Iterable[int]) -> set[int]:
        await self.asked.wait()
        return set(keys) & self.members

    def expelled(self) -> Exception:
        return Expelled()


async def collect(hub: Hub, source: Growing, after: int, until: int) -> list[int]:
    seen = []
    stream = hub.follow("t", source, key=1, after=after)
    async for event in stream:
        seen.append(event.position)
        if event.position >= until:
            break
    await stream.aclose()
    return seen


async def settled() -> None:
    for _ in range(20):
        await asyncio.sleep(0)


steps = st.lists(st.tuples(st.integers(1, 40), st.booleans(), st.integers(0, 3)), min_size=1, max_size=12)


@given(start=st.integers(0, 250), after=st.integers(0, 250), steps=steps)
def test_each_listener_gets_each_event_once_in_order(start: int, after: int, steps: list[Any]) -> None:
    """Events arrive while the listener still catches up, with and without a wake-up, one at a time or many."""
    after = min(after, start)

    async def story() -> None:
        source, hub = Growing(start), Hub()
        end = start + sum(growth for growth, _, _ in steps)
        early = asyncio.create_task(collect(hub, source, after, end))
        late = None
        for growth, woken, pauses in steps:
            for _ in range(pauses):
                await asyncio.sleep(0)
            source.newest += growth
            if woken and "t" in hub._topics:
                hub._topics["t"].wake()
            late = late or asyncio.create_task(collect(hub, source, start, end))
        assert late is not None
        while not (early.done() and late.done()):
            await settled()
            for topic in hub._topics.values():
                topic.wake()
        assert early.result() == list(range(after + 1, end + 1))
        assert late.result() == list(range(start + 1, end + 1))
        assert not hub._topics
        await hub.stop()

    asyncio.run(story())


def test_who_comes_while_the_hub_still_starts_waits_for_it(monkeypatch: pytest.MonkeyPatch) -> None:
    layer = get_channel_layer()
    opened: list[str] = []

    async def slow_channel(prefix: str) -> str:
        await asyncio.sleep(0.01)
        return f"{prefix}.channel"

    async def note(_group: str, channel: str) -> None:
        opened.append(channel)

    monkeypatch.setattr(layer, "new_channel", slow_channel)
    monkeypatch.setattr(layer, "group_add", note)

    async def story() -> None:
        source, hub = Growing(1), Hub()
        assert await asyncio.gather(collect(hub, source, 0, 1), collect(hub, source, 0, 1)) == [[1], [1]]
        assert opened == ["live.channel"]
        await hub.stop()

    asyncio.run(story())


def test_a_layer_that_is_away_costs_time_and_no_event(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(under_test, "HEARTBEAT_SECONDS", 0.05)

    async def refuse(*_: object) -> None:
        raise OSError("Redis is away")

    monkeypatch.setattr(get_channel_layer(), "group_add", refuse)

    async def story() -> None:
        source, hub = Growing(), Hub()
        task = asyncio.create_task(collect(hub, source, 0, 2))
        await settled()
        source.newest = 2
        assert await asyncio.wait_for(task, 5) == [1, 2]
        await hub.stop()

    asyncio.run(story())


def test_many_wake_ups_read_once_and_many_listeners_share_the_read() -> None:
    async def story() -> None:
        source, hub = Growing(), Hub()
        tasks = [asyncio.create_task(collect(hub, source, 0, 1)) for _ in range(50)]
        while not (hub._topics and all(waiting._buffer is not None for waiting in hub._topics["t"].listeners)):
            await settled()
        await settled()
        reads = source.reads
        source.newest = 1
        for _ in range(30):
            hub._topics["t"].wake()
        await asyncio.gather(*tasks)
        assert source.reads - reads == 1
        await hub.stop()

    asyncio.run(story())


def test_a_slow_listener_is_told_to_resume_and_others_go_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(under_test, "BUFFER", 3)

    async def story() -> None:
        source, hub = Growing(), Hub()
        slow = hub.follow("t", source, key=1, after=0)
        quick = asyncio.create_task(collect(hub, source, 0, 6))
        waiting = asyncio.create_task(anext(slow))
        await settled()
        for _ in range(6):
            source.newest += 1
            hub._topics["t"].wake()
            await settled()
        assert (await waiting).position == 1
        with pytest.raises(SlowListener):
            await anext(slow)
        assert await quick == [1, 2, 3, 4, 5, 6]
        await hub.stop()

    asyncio.run(story())


def test_an_expelled_listener_is_ended_at_the_next_check() -> None:
    async def story() -> None:
        source, hub = Growing(), Hub()
        waiting = asyncio.create_task(anext(hub.follow("t", source, key=1, after=0)))
        await settled()
        source.members.clear()
        source.newest = 1
        hub._topics["t"].wake(recheck=True)
        with pytest.raises(Expelled):
            await waiting
        await hub.stop()

    asyncio.run(story())


def test_who_joins_while_members_are_looked_up_is_not_expelled() -> None:
    async def story() -> None:
        source, hub = Growing(), Hub()
        old = asyncio.create_task(anext(hub.follow("t", source, key=1, after=0)))
        await settled()
        source.asked.clear()
        hub._topics["t"].wake(recheck=True)
        await settled()
        source.members.add(2)
        new = asyncio.create_task(anext(hub.follow("t", source, key=2, after=0)))
        await settled()
        source.asked.set()
        source.newest = 1
        await settled()
        hub._topics["t"].wake()
        assert [(await old).position, (await new).position] == [1, 1]
        await hub.stop()

    asyncio.run(story())


def test_a_lost_wake_up_costs_a_heartbeat_and_no_event(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(under_test, "HEARTBEAT_SECONDS", 0.05)

    async def story() -> None:
        source, hub = Growing(), Hub()
        task = asyncio.create_task(collect(hub, source, 0, 2))
        await settled()
        source.newest = 2
        assert await asyncio.wait_for(task, 5) == [1, 2]
        await hub.stop()

    asyncio.run(story())


def test_a_source_that_fails_is_asked_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(under_test, "HEARTBEAT_SECONDS", 0.05)

    async def story() -> None:
        source, hub = Growing(), Hub()
        task = asyncio.create_task(collect(hub, source, 0, 1))
        await settled()
        working, failures = source.read_after, []

        async def failing(position: int, limit: int) -> list[tuple[int, Any]]:
            if not failures:
                failures.append(position)
                raise OSError("the database is away")
            return await working(position, limit)

        monkeypatch.setattr(source, "read_after", failing)
        source.newest = 1
        assert await asyncio.wait_for(task, 5) == [1]
        assert failures == [0]
        await hub.stop()

    asyncio.run(story())
