"""What is live shows a person no line that they could not read anyway, and each as it is read elsewhere."""

import asyncio
from collections.abc import Iterator
from contextlib import aclosing
from functools import partial
from threading import Barrier
from typing import Any

import pytest
from django.db import connections
from django.test import override_settings
from graphql import ExecutionResult

from backend.advisors.models import VillageGroup
from backend.errors import Refusal
from backend.live.hub import hub
from backend.live.threads import in_thread, pool
from backend.schema.server.context import Context, Identity
from tests.schema.permissions.asking import SCHEMA, Asker, plain
from tests.schema.permissions.rows import all_ids
from tests.schema.permissions.selections import Everything
from tests.schema.permissions.world import World, build

#: A refusal's code, or the messages that came.
Heard = tuple[str, list[Any]]


@pytest.fixture
def world(transactional_db: None) -> Iterator[World]:
    """The world where the connections of other threads see it."""
    with override_settings(CHANNEL_LAYERS={"default": {"BACKEND": "channels.layers.InMemoryChannelLayer"}}):
        yield build()
    asyncio.run(_let_go())


async def _let_go() -> None:
    """No thread keeps a connection to a database that is about to go."""
    together = Barrier(pool().size)

    def close() -> None:
        together.wait(20)  # so that each thread takes one of these
        connections.close_all()

    await asyncio.gather(*(in_thread(close) for _ in range(pool().size)))


async def _follow(asker: Asker, viewer: Any, group: str, newest: int) -> Heard:
    """All of a group that was written already, from the very beginning."""
    all_of = Everything(SCHEMA)
    selection = all_of.selection(SCHEMA.type_map["Message"])
    query = f"subscription($group: ID!) {{ groupMessages(groupId: $group, after: 0) {selection} }}"
    document = asker.engine.documents.load(f"{query}\n{all_of.fragments}")
    context = Context(Identity(viewer=viewer))
    stream = await asker.engine.subscribe(document, context, {"group": group}, None)
    if isinstance(stream, ExecutionResult):
        refusal = stream.errors[0].original_error if stream.errors else None
        assert isinstance(refusal, Refusal)
        return refusal.code, []
    heard = []
    async with aclosing(stream):
        async for event in stream:
            variables = {"group": group}
            rendering = partial(asker.engine.execute, document, context, variables=variables, root=event.value)
            heard.append(plain(await in_thread(rendering))["data"]["groupMessages"])
            if event.position == newest:
                break
    return "", heard


async def _follow_all(asker: Asker, world: World, newest: dict[str, int]) -> dict[tuple[str, str], Heard]:
    heard = {
        (persona, group): await asyncio.wait_for(_follow(asker, viewer, group, newest.get(group, 0)), 60)
        for persona, viewer in world.people.items()
        for group in newest
    }
    await hub.stop()
    return heard


def test_a_group_is_followed_with_the_rights_of_reading_it(world: World, asker: Asker) -> None:
    *groups, none = all_ids("VillageGroup")
    newest = dict(zip(groups, VillageGroup.objects.order_by("pk").values_list("last_seq", flat=True), strict=True))
    all_heard = asyncio.run(_follow_all(asker, world, {**newest, none: 0}))
    for (persona, group), (code, messages) in all_heard.items():
        viewer = world.people[persona]
        readable = asker.one_by_id("VillageGroup", group, viewer)
        missing = "GROUP_NOT_FOUND" if group == none else "NOT_A_MEMBER"
        assert code == ("" if readable else "SIGN_IN_REQUIRED" if viewer is None else missing)
        assert bool(messages) is bool(readable)
        assert asker.by_id("Message", [message["id"] for message in messages], viewer) == messages
    assert {bool(messages) for _, messages in all_heard.values()} == {True, False}
