"""One world for all tests of a file: making it takes longer than walking through it."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction

from tests.schema.permissions.asking import Asker
from tests.schema.permissions.world import World, build


@pytest.fixture(scope="module")
def made(django_db_setup: None, django_db_blocker: Any) -> Iterator[World]:
    """The world, in a transaction that never commits."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield build()
        transaction.set_rollback(True)


@pytest.fixture
def world(made: World, db: None) -> World:
    """The world. What a test changes is undone behind it."""
    return made


@pytest.fixture(scope="session")
def asker() -> Asker:
    """Keeps what was parsed and planned."""
    return Asker()
