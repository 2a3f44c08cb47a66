"""What the tests of search share."""

from collections.abc import Callable
from typing import Any

import pytest

from backend.accounts.models import User
from backend.content.models import ContentItem
from backend.regions.models import Division
from backend.search import selectors
from backend.search.selectors import Found
from backend.statutes.searching import StatuteProvider
from tests.editorial import FAR_VILLAGE, NEXT_VILLAGE, VILLAGE

Publish = Callable[..., ContentItem]
Find = Callable[..., Found]


@pytest.fixture
def author(make_user: Callable[..., User]) -> User:
    """Who writes."""
    return make_user()


@pytest.fixture
def publish(author: User, divisions: dict[str, Division]) -> Publish:
    """Publishes an item for VILLAGE, unless others are named: title, a passage, and the model's other values."""

    def make(title: str, text: str = "正文", *audience: str, **values: Any) -> ContentItem:
        body = [("paragraph", f"<p>{text}</p>")]
        item = ContentItem(**{"title": title, "summary": "摘要", "body": body, "author": author, **values})
        item.audience = [divisions[code] for code in audience or [VILLAGE]]
        item.save()
        item.save_revision(user=author).publish(skip_permission_checks=True)
        item.refresh_from_db()
        return item

    return make


@pytest.fixture
def people(make_user: Callable[..., User], divisions: dict[str, Division]) -> dict[str, User]:
    """One villager of each village, by its code."""
    return {code: make_user(village=divisions[code]) for code in (VILLAGE, NEXT_VILLAGE, FAR_VILLAGE)}


@pytest.fixture
def find(people: dict[str, User]) -> Find:
    """Searches as the villager of VILLAGE, unless another viewer is given."""

    def run(text: str, **given: Any) -> Found:
        return selectors.search(text, **{"viewer": people[VILLAGE], **given})

    return run


@pytest.fixture
def by_index(monkeypatch: pytest.MonkeyPatch) -> None:
    """The law is found by the index as everything else is, not by its own search."""
    monkeypatch.setattr(StatuteProvider, "find", lambda *_: None)


def titles(found: Found) -> list[str]:
    """Of the hits, in their order."""
    return [hit.title for hit in found.hits]
