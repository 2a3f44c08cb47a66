"""What the tests of packs share."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from backend.accounts.models import User
from backend.content.models import ContentItem
from backend.regions.models import Division
from tests.content.pack.phones import Publish
from tests.editorial import PROVINCE, VILLAGE, publish


@pytest.fixture
def writer(divisions: dict[str, Division], make_user: Callable[..., User]) -> User:
    return make_user(nickname="作者")


@pytest.fixture
def reader(divisions: dict[str, Division], make_user: Callable[..., User]) -> User:
    return make_user(nickname="读者", village_id=VILLAGE)


@pytest.fixture
def make_item(writer: User) -> Publish:
    def make(*audience: str, **values: Any) -> ContentItem:
        return publish(writer, *audience, **{"division_id": PROVINCE, **values})

    return make


@pytest.fixture
def _media(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path
