"""Reads of what readers did: their own marks for themselves, figures and reports for staff."""

from collections.abc import Collection
from datetime import date
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Sum

from backend.content.models import ErrorReport, ReadingCount, ReadingMark
from backend.content.models.reading import ReadingKind
from backend.content.selectors import published_for
from backend.regions import rules as regions
from backend.regions.conditions import within

#: The id breaks ties, so that a cursor names one place.
BOOKMARK_ORDER = ("-bookmarked_at", "-id")
READING_ORDER = ("-updated_at", "-id")
_PROVINCE = 1


def marks_of(user_id: Any) -> QuerySet[ReadingMark]:
    """What a person keeps of items; nobody is 0."""
    return ReadingMark.objects.filter(user__pk=user_id)


def bookmarks(user_id: Any, *standing: Any) -> QuerySet[ReadingMark]:
    """The marks of what a person has bookmarked and may still see."""
    return _visible(user_id, *standing).filter(bookmarked_at__isnull=False)


def readings(user_id: Any, *standing: Any) -> QuerySet[ReadingMark]:
    """The marks of what a person has begun, not read to its end, and may still see."""
    return _visible(user_id, *standing).filter(progress__gte=1, progress__lt=100)


def _visible(user_id: Any, *standing: Any) -> QuerySet[ReadingMark]:
    return marks_of(user_id).filter(Exists(published_for(*standing).filter(pk=OuterRef("item"))))


def figures_for(divisions: Collection[str], since: date) -> QuerySet[ReadingCount]:
    """What readers who live in these divisions did since a day, by item, county and day.

    Who has no village is counted for whoever acts for a whole province.
    """
    # Events name a county by its code alone, which outlives the division.
    ranges = [Q(division__range=regions.code_range(regions.prefix_of(code))) for code in divisions]
    there = reduce(or_, ranges, Q(pk__in=[]))
    if any(regions.level_of(code) == _PROVINCE for code in divisions):
        there |= Q(division="")
    return ReadingCount.objects.filter(there, day__gte=since)


def totals(rows: QuerySet[ReadingCount], *by: str) -> QuerySet[ReadingCount, dict[str, Any]]:
    """`reads`, `likes` and `shares` of such rows for each value of the columns `by`, most read first."""
    named = {"reads": ReadingKind.READ, "likes": ReadingKind.LIKE, "shares": ReadingKind.SHARE}
    sums = {name: Sum("number", filter=Q(kind=kind), default=0) for name, kind in named.items()}
    added: Any = rows.order_by().values(*by).annotate(**sums)
    found: QuerySet[ReadingCount, dict[str, Any]] = added.order_by("-reads", *by)
    return found


def reports_for(divisions: Collection[str]) -> QuerySet[ErrorReport]:
    """What readers reported of items that these divisions publish: open ones first, oldest first among them."""
    rows = ErrorReport.objects.filter(within(divisions, "item__division"))
    return rows.select_related("item", "user", "division", "settled_by").order_by(
        F("settled_at").desc(nulls_first=True), "pk"
    )
