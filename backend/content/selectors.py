"""Reads of content, limited to what the viewer may see."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.contrib.auth.models import AbstractBaseUser
from django.db.models import Exists, OuterRef, Prefetch, QuerySet
from wagtail.models import TaskState

from backend.content import rules
from backend.content.models import ContentCitation, ContentItem, ReviewTask
from backend.regions import rules as regions
from backend.regions.models import Division
from backend.statutes.selectors import Resolved, resolve

#: Newest first; the id breaks ties, so that a cursor names one place.
FEED_ORDER = ("-first_published_at", "-id")


def published_for(village_code: str | None) -> QuerySet[ContentItem]:
    """The live items for someone who lives in a village; where it is None, those for a whole province.

    An item reaches a village that its audience names, or whose township, county, prefecture or province it names.
    An item for a whole province excludes nobody there, so it is public.
    """
    reach = ContentItem.audience.through.objects.filter(contentitem=OuterRef("pk"))
    if village_code is None:
        reach = reach.filter(division__level=Division.Level.PROVINCE)
    else:
        reach = reach.filter(division__in=regions.lineage(village_code))
    # EXISTS, not a join: an item that reaches a village twice is still one row, and the rows stay in index order.
    rows: QuerySet[ContentItem] = ContentItem.objects.filter(Exists(reach), live=True)
    return rows


def prepared(rows: QuerySet[ContentItem], *, body: bool, cover: bool, citations: bool) -> QuerySet[ContentItem]:
    """The rows with what will be asked of them, fetched in a fixed number of statements; the rest is not read."""
    if not body:
        rows = rows.defer("body")
    if cover:
        rows = rows.select_related("cover").prefetch_related("cover__renditions")
    if citations:
        cited = ContentCitation.objects.select_related("article__version__law").order_by("position")
        rows = rows.prefetch_related(Prefetch("citations", cited))
    return rows


def published_item(item_id: int, village_code: str | None) -> QuerySet[ContentItem]:
    """One item under the rights of `published_for`: a queryset of one row or none, to be `prepared`."""
    return published_for(village_code).filter(pk=item_id)


def awaiting_review(user: AbstractBaseUser) -> QuerySet[TaskState]:
    """The stages of submissions on which this person may decide, oldest first."""
    rows: QuerySet[TaskState] = TaskState.objects.reviewable_by(user)
    return rows.select_related("revision", "workflow_state__requested_by", "task").order_by("started_at")


def reviews(user: AbstractBaseUser) -> bool:
    """Whether the person is a reviewer at any stage of a review."""
    return bool(ReviewTask.objects.filter(active=True, groups__user=user.pk).exists())


def published_count() -> int:
    """How many items readers can see."""
    return int(ContentItem.objects.filter(live=True).count())


def cited_in(blocks: Iterable[Mapping[str, Any]]) -> dict[int, list[Resolved]]:
    """By index of a block, what it cites as the law stands today; blocks that cite nothing are left out.

    Two SQL statements for a body of any length, none where nothing is cited; what `rules.references` leaves out is
    not there.
    """
    places = list(rules.references(blocks))
    found: dict[int, list[Resolved]] = {}
    for (index, _), resolved in zip(places, resolve([ref for _, ref in places]), strict=True):
        found.setdefault(index, []).append(resolved)
    return found
