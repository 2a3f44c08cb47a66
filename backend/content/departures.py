"""Who saw an item before a change and may not after it: kept for phones that carry a pack of content."""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from django.db.models import Q

from backend.content.models.departure import Departure
from backend.content.models.item import ContentItem
from backend.editions.services import turn_page


@dataclass(frozen=True, slots=True)
class Readers:
    """Whom an item was shown to; nobody where `divisions` is empty."""

    divisions: frozenset[str] = frozenset()
    roles: int = 0
    groups: int = 0


def seen_by(item_id: int) -> Readers:
    """Whom the stored item is shown to now. Two statements, one where it is not live."""
    row = ContentItem.objects.filter(pk=item_id, live=True).values_list("audience_roles", "audience_groups").first()
    if row is None:
        return Readers()
    through = ContentItem.audience.through.objects.filter(contentitem=item_id)
    return Readers(frozenset(through.values_list("division", flat=True)), *row)


def lost(before: Readers, after: Readers) -> Collection[str]:
    """The divisions of which some readers saw it before and may not now."""
    if (before.roles, before.groups) == (after.roles, after.groups):
        return before.divisions - after.divisions
    return before.divisions


@contextmanager
def noting_departures(item_id: int) -> Iterator[None]:
    """Around a change of one item, inside its transaction: who loses it by that is on record afterwards."""
    before = seen_by(item_id)
    yield
    after = seen_by(item_id)
    if before != after:
        _touch_those_that_lead_to(item_id)
    divisions = lost(before, after)
    if divisions:
        edition = turn_page()
        Departure.objects.bulk_create(
            [Departure(division_id=code, item=item_id, edition=edition) for code in divisions],
            update_conflicts=True,
            unique_fields=["division", "item"],
            update_fields=["edition"],
        )


def _touch_those_that_lead_to(item_id: int) -> None:
    """What belongs to a topic, and the courses with a lesson, show it to those who may see it: others now."""
    leading = ContentItem.objects.filter(Q(topics=item_id) | Q(lessons__lesson=item_id), live=True).values("pk")
    if leading.exists():
        ContentItem.objects.filter(pk__in=leading).update(edition=turn_page())
