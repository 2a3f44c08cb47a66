"""What the tests of reading share."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.utils import timezone

from backend.accounts.models import User
from backend.content.models import ContentItem, ReadingMark
from backend.regions.models import Division
from tests.editorial import PROVINCE, VILLAGE, publish

Publish = Callable[..., ContentItem]


@pytest.fixture(autouse=True)
def _nothing_remembered() -> None:
    """What was counted today is remembered in the cache."""
    cache.clear()


@pytest.fixture
def writer(divisions: dict[str, Division], make_user: Callable[..., User]) -> User:
    return make_user(nickname="作者")


@pytest.fixture
def reader(divisions: dict[str, Division], make_user: Callable[..., User]) -> User:
    return make_user(nickname="读者", village_id=VILLAGE)


@pytest.fixture
def make_item(writer: User) -> Publish:
    """Publishes an item for a village, or for whomever it is told."""

    def make(*audience: str, **values: object) -> ContentItem:
        return publish(writer, *audience, **{"division_id": PROVINCE, **values})

    return make


def yesterday(mark: ReadingMark) -> None:
    """The person has read it a day ago."""
    before = timezone.now() - timedelta(days=1)
    ReadingMark.objects.filter(pk=mark.pk).update(read_at=before, updated_at=before)
