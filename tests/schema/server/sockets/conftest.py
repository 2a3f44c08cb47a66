"""Halls, each served by a uvicorn of its own, that leave nothing behind: no error in the log, and nothing held."""

import logging
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest

from tests.schema.server.conftest import serving
from tests.schema.server.sockets.clients import until
from tests.schema.server.sockets.hall import Hall

OpenHall = Callable[..., Hall]


@pytest.fixture
def open_hall(settings: Any, caplog: pytest.LogCaptureFixture) -> Iterator[OpenHall]:
    """Opens halls with the bounds given; `serve` goes to uvicorn. A test that expects an error clears `caplog`."""
    settings.CHANNEL_LAYERS = {"default": {"BACKEND": "channels.layers.InMemoryChannelLayer"}}
    halls: list[Hall] = []
    with ExitStack() as stack:

        def open_one(serve: dict[str, Any] | None = None, **bounds: Any) -> Hall:
            hall = Hall(**bounds)
            hall.server = stack.enter_context(serving(hall, **(serve or {})))
            hall.gate.set()
            halls.append(hall)
            return hall

        yield open_one
        for hall in halls:
            hall.gate.set()
    for hall in halls:
        until(hall.holds_nothing)
    assert [r.getMessage() for r in caplog.get_records("call") if r.levelno >= logging.WARNING] == []


@pytest.fixture
def hall(open_hall: OpenHall) -> Hall:
    """One with the bounds of production."""
    return open_hall()
