"""Reads of content, limited to what the viewer may see."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.contrib.auth.models import AbstractBaseUser
from django.db.models import Exists, OuterRef, QuerySet
from wagtail.models import TaskState

from backend.content import rules
from backend.content.models import ContentCitation, ContentItem, ReviewTask
from backend.regions import rules as regions
from backend.regions.models import Division
from backend.statutes.selectors import Resolved, resolve

#: Newest first; the id breaks ties, so that a cursor names one place.
FEED_ORDER = ("-first_published_at", "-id")


def reach(village_code: str | None) -> tuple[str, ...] | None:
    """What a village belongs to, itself included; None for someone without a village, who gets what is public."""
    return None if village_code is None else tuple(regions.lineage(village_code))


def published_for(divisions: Sequence[Any] | None) -> QuerySet[ContentItem]:
    """The live items for someone within the reach of these divisions; where it is None, those for a whole province.

    An item reaches a village that its audience names, or whose township, county, prefecture or province it names.
    An item for a whole province excludes nobody there, so it is public.
    """
    named = ContentItem.audience.through.objects.filter(contentitem=OuterRef("pk"))
    if divisions is None:
        named = named.filter(division__level=Division.Level.PROVINCE)
    else:
        named = named.filter(division__pk__in=divisions)
    # EXISTS, not a join: an item that reaches a village twice is still one row, and the rows stay in index order.
    rows: QuerySet[ContentItem] = ContentItem.objects.filter(Exists(named), live=True)
    return rows


def published_item(item_id: int, divisions: Sequence[Any] | None) -> QuerySet[ContentItem]:
    """One item under the rights of `published_for`: a queryset of one row or none."""
    return published_for(divisions).filter(pk=item_id)


def citations() -> QuerySet[ContentCitation]:
    """What published items cite, in the order of their texts."""
    return ContentCitation.objects.order_by("position")


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
