"""How far a phone has read: cursors of its own, of others, of nobody, and long packs in pieces."""

from typing import Any

import pytest

from backend.accounts.models import PeopleGroup, ReaderRole, User
from backend.content import pack
from backend.content.models import ContentItem, Departure
from backend.content.standing import Standing, standing_of
from backend.editions.selectors import current
from tests.conftest import Ask
from tests.content.pack.phones import QUERY, Phone, Publish, everything, retarget, taken
from tests.editorial import COUNTY, NEXT_VILLAGE, PROVINCE, VILLAGE

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "change",
    [
        {"village_id": NEXT_VILLAGE},
        {"village_id": None},
        {"language": "bo"},
        {"reader_roles": ReaderRole.VILLAGER | ReaderRole.OFFICIAL},
        {"people_groups": PeopleGroup.SCHOOLS.value},
    ],
    ids=["moved", "no village", "another language", "another role", "another group"],
)
def test_who_reads_as_somebody_else_begins_again(ask: Ask, reader: User, make_item: Publish, change: dict[str, Any]):
    make_item(PROVINCE)
    cursor = taken(ask, reader)["cursor"]
    for name, value in change.items():
        setattr(reader, name, value)
    again = taken(ask, reader, cursor)
    assert (again["reset"], again["itemCount"], again["deleted"]) == (True, 1, [])
    assert taken(ask, reader, again["cursor"])["reset"] is False


def test_a_cursor_from_the_future_of_this_database_begins_again(ask: Ask, reader: User, make_item: Publish):
    make_item(VILLAGE)
    ahead = current() + 1
    place = pack.Place(ahead)
    cursor = str(pack.Cursor(place, place, pack.digest_of(standing_of(reader))))
    assert taken(ask, reader, cursor)["reset"] is True


@pytest.mark.parametrize(
    "cursor",
    ["", "x", "1.1..1..", "1.1..1..zzzzzzzzzzzz", "2.1..1..aaaaaaaaaaaa", "1.-1..1..aaaaaaaaaaaa",
     "1.01..1..aaaaaaaaaaaa", "1.9999999999999999999..1..aaaaaaaaaaaa",
     "1.1..1..aaaaaaaaaaaa\n", "1.１..1..aaaaaaaaaaaa"],
    ids=["empty", "no cursor", "no standing", "no digest", "another version", "negative", "leading zero", "too large",
         "line break", "other digits"],
)  # fmt: skip
def test_a_malformed_cursor_is_refused(ask: Ask, reader: User, cursor: str):
    answer = ask(QUERY, reader, since=cursor)
    assert answer["data"] == {"contentPack": None}
    assert answer["errors"][0]["extensions"] == {"code": "INVALID_CURSOR", "field": "since"}


@pytest.mark.parametrize("first", [-1, 0, 201, 2_000_000_000])
def test_a_pack_of_no_size_or_too_large_is_refused(ask: Ask, reader: User, first: int):
    answer = ask("query P($first: Int) { contentPack(first: $first) { cursor } }", reader, first=first)
    assert answer["errors"][0]["extensions"] == {"code": "INVALID_PAGE", "field": "first"}


def test_a_long_pack_comes_in_pieces_while_things_change(ask: Ask, reader: User, make_item: Publish):
    items = [make_item(VILLAGE, title=str(n)) for n in range(7)]
    phone = Phone(reader)
    assert phone.step(ask, 3)
    items[0].unpublish()
    retarget(items[1], VILLAGE, title="改了")
    items[5].unpublish()
    assert phone.step(ask, 3)
    make_item(VILLAGE, title="新")
    phone.sync(ask, 3)
    assert phone.items == everything(ask, reader)
    assert {item["title"] for item in phone.items.values()} == {"改了", "2", "3", "4", "6", "新"}


def test_items_of_one_edition_are_all_given(ask: Ask, reader: User, make_item: Publish):
    items = [make_item(VILLAGE, title=str(n)) for n in range(5)]
    ContentItem.objects.update(edition=current())
    phone = Phone(reader).sync(ask, 2)
    assert len(phone.items) == len(items)


def test_many_departures_come_in_pieces_too(
    ask: Ask, reader: User, make_item: Publish, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(pack, "MAX_DELETED", 2)
    items = [make_item(VILLAGE, COUNTY) for _ in range(5)]
    phone = Phone(reader).sync(ask)
    for item in items:
        item.unpublish()
    Departure.objects.update(edition=current())
    assert phone.step(ask, 200)
    assert len(phone.items) == 3
    assert phone.sync(ask).items == {}


def test_digests_tell_standings_apart():
    standings = [Standing(), Standing(language="bo"), Standing((VILLAGE,)), Standing((VILLAGE,), 1), Standing(roles=1)]
    assert len({pack.digest_of(each) for each in standings}) == len(standings)
