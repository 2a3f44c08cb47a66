"""The wake-up that goes out after a commit: one to each process that follows the topic."""

import asyncio
import logging
from typing import Any

from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer
from django.db import transaction

from backend.live.hub import hub

log = logging.getLogger(__name__)


def wake_after_commit(topic: str, *, recheck: bool = False) -> None:
    """Tell every process, once the surrounding transaction has committed, that `topic` may have news.

    With `recheck`, listeners who may no longer listen are sent away. A wake-up that is lost costs a heartbeat's delay,
    never an event, so a failure here is logged and does not undo what was committed.
    """
    message = {"type": "wake", "topic": topic, "recheck": recheck}
    transaction.on_commit(lambda: _send(topic, message), robust=True)


def _send(topic: str, message: dict[str, Any]) -> None:
    if hub.loop is not None and hub.loop.is_running():
        future = asyncio.run_coroutine_threadsafe(_group_send(topic, message), hub.loop)
        future.add_done_callback(lambda done: done.exception())
    else:
        async_to_sync(_group_send)(topic, message)


async def _group_send(topic: str, message: dict[str, Any]) -> None:
    try:
        await get_channel_layer().group_send(topic, message)
    except Exception:
        log.exception("wake-up for %s was not sent; the heartbeat carries it", topic)
