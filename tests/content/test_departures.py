"""Who saw an item and may not any more: written whichever way it left them."""

from typing import Any

import pytest

from backend.content.departures import Readers, lost
from backend.content.models import ContentItem, Departure
from backend.content.services import withdraw_item
from backend.editions.selectors import current
from backend.regions.models import Division
from tests.editorial import COUNTY, NEXT_VILLAGE, VILLAGE, Office, publish

pytestmark = pytest.mark.django_db


def departed(item_id: int) -> set[str]:
    return set(Departure.objects.filter(item=item_id).values_list("division", flat=True))


def republish(item: ContentItem, *audience: str, **values: Any) -> None:
    for name, value in values.items():
        setattr(item, name, value)
    item.audience = list(Division.objects.filter(code__in=audience))
    item.save_revision().publish(skip_permission_checks=True)


def test_a_first_publication_leaves_nobody(office: Office):
    assert departed(publish(office.editor, VILLAGE, NEXT_VILLAGE).pk) == set()


def test_a_withdrawal_leaves_everybody_in_the_newest_edition(office: Office):
    item = publish(office.editor, VILLAGE, NEXT_VILLAGE)
    before = current()
    withdraw_item(item=item, by=office.reviewer, reason="有误")
    assert departed(item.pk) == {VILLAGE, NEXT_VILLAGE}
    assert before < Departure.objects.filter(item=item.pk).first().edition <= current()


def test_a_smaller_audience_leaves_the_rest(office: Office):
    item = publish(office.editor, VILLAGE, NEXT_VILLAGE)
    republish(item, VILLAGE)
    assert departed(item.pk) == {NEXT_VILLAGE}


def test_a_larger_audience_leaves_nobody(office: Office):
    item = publish(office.editor, VILLAGE)
    republish(item, VILLAGE, COUNTY)
    assert departed(item.pk) == set()


def test_an_audience_of_other_people_may_leave_anybody(office: Office):
    item = publish(office.editor, VILLAGE, NEXT_VILLAGE)
    republish(item, VILLAGE, NEXT_VILLAGE, audience_groups=8)
    assert departed(item.pk) == {VILLAGE, NEXT_VILLAGE}


def test_an_item_that_is_deleted_has_left(office: Office):
    item = publish(office.editor, VILLAGE)
    number = item.pk
    item.delete()
    assert departed(number) == {VILLAGE}


def test_leaving_twice_is_one_row_with_the_newer_edition(office: Office):
    item = publish(office.editor, VILLAGE)
    withdraw_item(item=item, by=office.reviewer, reason="有误")
    first = Departure.objects.get().edition
    republish(ContentItem.objects.get(pk=item.pk), VILLAGE)
    withdraw_item(item=ContentItem.objects.get(pk=item.pk), by=office.reviewer, reason="仍有误")
    assert Departure.objects.get().edition > first


def test_nobody_is_lost_where_nothing_narrows():
    some = Readers(frozenset({VILLAGE}), 1, 2)
    assert lost(some, some) == set()
    assert lost(Readers(), some) == set()
    assert lost(some, Readers(frozenset(), 1, 2)) == {VILLAGE}
