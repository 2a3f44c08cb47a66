"""A small law that changes, and what published items tell of it."""

from collections.abc import Callable
from typing import Any

from wagtail.models import ModelLogEntry

from backend.accounts.models import User
from backend.content import law_changes
from backend.content.models import ContentCitation, ContentItem, LawReview
from backend.editions.selectors import current
from tests.statutes.conftest import law

Bring = Callable[..., Any]
HEARING, HEARING_NOW = "审理案件应当公开进行。", "审理案件应当公开进行，涉及个人隐私的除外。"
FEES, LANGUAGE = "诉讼费用由败诉的当事人负担。", "各民族公民都有用本民族语言进行诉讼的权利。"
LAW = law("o1", "试验法", "2012-10-26", "2012-10-26")


def citing(*numbers: str) -> list[tuple[str, dict[str, str]]]:
    return [("statute", {"citation": f"《试验法》第{number}条"}) for number in numbers]


def marks(item: ContentItem) -> list[str]:
    return list(ContentCitation.objects.filter(content=item).order_by("position").values_list("outdated", flat=True))


def told(item: ContentItem) -> list[tuple[str, str]]:
    """The item's reviews: outcome and note."""
    return list(LawReview.objects.filter(item=item).order_by("pk").values_list("outcome", "note"))


def settle(item: ContentItem, by: User, **values: Any) -> None:
    given = {"note": "新规定不影响结论", "seen": law_changes.newest_change(item.pk), **values}
    law_changes.settle_still_right(item=item, by=by, **given)


def stands(item: ContentItem) -> Any:
    return marks(item), told(item), ModelLogEntry.objects.filter(action=law_changes.STILL_RIGHT).count(), current()
