"""Bookmarks, likes, progress and sharing: what a reader keeps, what is counted, and what is refused."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from django.utils import timezone

from backend.accounts.models import User
from backend.content.models import ContentItem, ErrorReport, ReadingEvent, ReadingMark
from backend.content.reading import limits
from backend.content.reading.services import like_item, record_reading
from backend.ids import encode_id
from tests.conftest import Ask
from tests.content.reading.conftest import Publish, yesterday
from tests.editorial import COUNTY, FAR_VILLAGE, PROVINCE, VILLAGE, draft
from tests.races import at_once

pytestmark = pytest.mark.django_db
MINE = "item { id mine { bookmarkedAt likedAt readAt progress place } }"
CHANGES = {
    "bookmarkItem": {"bookmarked": True},
    "likeItem": {"liked": True},
    "recordReading": {"progress": 40},
    "shareItem": {},
    "reportContentError": {"text": "日期写错了"},
}
FOR_ALL = {"recordReading", "shareItem"}


def change(ask: Ask, name: str, viewer: User | None, item: ContentItem | str, **values: Any) -> dict[str, Any]:
    """The mutation's payload."""
    given = {"id": item if isinstance(item, str) else encode_id("ContentItem", item.pk), **values}
    shown = "reported" if name == "reportContentError" else MINE
    kind = name[0].upper() + name[1:]
    text = f"mutation M($i: {kind}Input!) {{ {name}(input: $i) {{ errors {{ code field retryAfter }} {shown} }} }}"
    answer = ask(text, viewer, i=given)
    assert "errors" not in answer, answer
    return dict(answer["data"][name])


def mine(ask: Ask, name: str, viewer: User, item: ContentItem, **values: Any) -> dict[str, Any]:
    payload = change(ask, name, viewer, item, **values)
    assert payload["errors"] == []
    return dict(payload["item"]["mine"])


def rows() -> list[Any]:
    """All that readers have left behind."""
    return [list(model.objects.order_by("pk").values()) for model in (ReadingMark, ReadingEvent, ErrorReport)]


def events() -> list[tuple[str, int, str]]:
    return list(ReadingEvent.objects.order_by("pk").values_list("kind", "number", "division"))


def test_a_bookmark_is_kept_once_and_taken_out_once(ask: Ask, reader: User, make_item: Publish):
    item = make_item()
    first = mine(ask, "bookmarkItem", reader, item, bookmarked=True)
    assert first["bookmarkedAt"] is not None
    assert mine(ask, "bookmarkItem", reader, item, bookmarked=True) == first
    out = mine(ask, "bookmarkItem", reader, item, bookmarked=False)
    assert out["bookmarkedAt"] is None
    assert mine(ask, "bookmarkItem", reader, item, bookmarked=False) == out
    assert events() == []


def test_a_like_is_counted_once_and_taken_back_once(ask: Ask, reader: User, make_item: Publish):
    item = make_item()
    for liked in (False, True, True, False, False):
        assert (mine(ask, "likeItem", reader, item, liked=liked)["likedAt"] is not None) is liked
    assert events() == [("like", 1, COUNTY), ("like", -1, COUNTY)]


def test_the_best_progress_stays_and_the_first_reading_too(ask: Ask, reader: User, make_item: Publish):
    item = make_item()
    first = mine(ask, "recordReading", reader, item, progress=60, place="block-7", seconds=30)
    assert (first["progress"], first["place"]) == (60, "block-7")
    again = mine(ask, "recordReading", reader, item, progress=20, place="block-2")
    assert again == {**first, "place": "block-2"}
    assert mine(ask, "recordReading", reader, item, progress=100) == {**again, "progress": 100}


def test_a_person_reads_an_item_once_a_day(ask: Ask, reader: User, make_item: Publish):
    item, other = make_item(), make_item()
    mine(ask, "bookmarkItem", reader, item, bookmarked=True)
    for _ in range(3):
        mine(ask, "recordReading", reader, item, progress=1)
    mine(ask, "recordReading", reader, other, progress=1)
    assert events() == [("read", 1, COUNTY)] * 2
    yesterday(ReadingMark.objects.get(item=item))
    mine(ask, "recordReading", reader, item, progress=1)
    assert events() == [("read", 1, COUNTY)] * 3


def test_a_glance_is_no_read(ask: Ask, reader: User, make_item: Publish):
    item = make_item()
    seen = mine(ask, "recordReading", reader, item, progress=5, seconds=2)
    assert (seen["progress"], seen["readAt"], events()) == (5, None, [])
    assert mine(ask, "recordReading", reader, item, progress=5, seconds=3)["readAt"] is not None
    assert events() == [("read", 1, COUNTY)]


def test_who_did_not_sign_in_is_counted_by_address_and_leaves_no_mark(ask: Ask, make_item: Publish):
    item, other = make_item(PROVINCE), make_item(PROVINCE)
    for each in (item, item, other):
        payload = change(ask, "recordReading", None, each, progress=50)
        assert payload["item"]["mine"] is None
        change(ask, "shareItem", None, each)
    assert sorted(events()) == [("read", 1, "")] * 2 + [("share", 1, "")] * 2
    assert not ReadingMark.objects.exists()


def test_an_address_that_reads_like_a_machine_is_counted_no_more(
    ask: Ask, make_item: Publish, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(limits, "A_DAY_AN_ADDRESS", 2)
    for item in [make_item(PROVINCE) for _ in range(4)]:
        assert change(ask, "recordReading", None, item, progress=50)["errors"] == []
    assert events() == [("read", 1, "")] * 2


def test_a_person_shares_an_item_once_a_day(ask: Ask, reader: User, make_item: Publish):
    item = make_item()
    for _ in range(2):
        assert change(ask, "shareItem", reader, item)["errors"] == []
    assert events() == [("share", 1, COUNTY)]


@pytest.mark.parametrize("name", CHANGES)
@pytest.mark.parametrize("what", ["missing", "draft", "withdrawn", "of others", "malformed"])
def test_what_a_reader_may_not_see_they_may_not_touch(
    ask: Ask, reader: User, writer: User, make_item: Publish, name: str, what: str
):
    withdrawn = make_item()
    withdrawn.unpublish()
    items = {
        "missing": encode_id("ContentItem", 987_654),
        "draft": draft(writer, VILLAGE, division_id=PROVINCE),
        "withdrawn": withdrawn,
        "of others": make_item(FAR_VILLAGE),
        "malformed": "Q29udGVudEl0ZW06MA==",
    }
    before = rows()
    payload = change(ask, name, reader, items[what], **CHANGES[name])
    code = "INVALID_ID" if what == "malformed" else "NOT_FOUND"
    assert payload.pop("errors") == [{"code": code, "field": "id", "retryAfter": None}]
    assert set(payload.values()) == {None}
    assert rows() == before


@pytest.mark.parametrize("name", sorted(CHANGES.keys() - FOR_ALL))
def test_who_did_not_sign_in_is_refused(ask: Ask, make_item: Publish, name: str):
    item, before = make_item(PROVINCE), rows()
    assert change(ask, name, None, item, **CHANGES[name])["errors"][0]["code"] == "SIGN_IN_REQUIRED"
    assert rows() == before


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"progress": -1}, "progress"),
        ({"progress": 101}, "progress"),
        ({"progress": 1, "place": "x" * 37}, "place"),
        ({"progress": 1, "place": "<b>"}, "place"),
        ({"progress": 1, "seconds": -1}, "seconds"),
        ({"progress": 1, "seconds": 86_401}, "seconds"),
    ],
    ids=["below 0", "above 100", "long place", "no block", "negative time", "more than a day"],
)
def test_what_cannot_be_is_refused(ask: Ask, reader: User, make_item: Publish, values: dict[str, Any], field: str):
    item, before = make_item(), rows()
    payload = change(ask, "recordReading", reader, item, **values)
    assert payload == {"errors": [{"code": "INVALID_INPUT", "field": field, "retryAfter": None}], "item": None}
    assert rows() == before


LISTS = """query L($n: Int, $a: String) {
  myBookmarks(first: $n, after: $a) { edges { node { item { title } } } pageInfo { hasNextPage endCursor } }
  myReadings(first: $n) { edges { node { item { title } mark { progress } } } } }"""


def titled(answer: dict[str, Any], name: str) -> list[str]:
    return [edge["node"]["item"]["title"] for edge in answer["data"][name]["edges"]]


def test_bookmarks_come_newest_first_and_page_by_page(ask: Ask, reader: User, make_item: Publish, make_user: Any):
    now = timezone.now()
    items = [make_item(title=str(n)) for n in range(5)]
    for n, item in enumerate([items[2], items[0], items[4], items[1]]):
        when = now - timedelta(minutes=n)
        ReadingMark.objects.create(user=reader, item=item, bookmarked_at=when)
    other = make_user(village_id=VILLAGE)
    ReadingMark.objects.create(user=other, item=items[3], bookmarked_at=now)
    first = ask(LISTS, reader, n=3)
    assert titled(first, "myBookmarks") == ["2", "0", "4"]
    assert first["data"]["myBookmarks"]["pageInfo"]["hasNextPage"] is True
    second = ask(LISTS, reader, n=3, a=first["data"]["myBookmarks"]["pageInfo"]["endCursor"])
    assert titled(second, "myBookmarks") == ["1"]
    items[2].unpublish()
    assert titled(ask(LISTS, reader, n=3), "myBookmarks") == ["0", "4", "1"]


def test_what_was_begun_is_there_to_go_on_with(ask: Ask, reader: User, make_item: Publish):
    now = timezone.now()
    for n, (title, progress) in enumerate({"没开始": 0, "刚开始": 1, "快完了": 99, "读完了": 100}.items()):
        ReadingMark.objects.create(
            user=reader, item=make_item(title=title), progress=progress, updated_at=now + timedelta(minutes=n)
        )
    assert titled(ask(LISTS, reader, n=9), "myReadings") == ["快完了", "刚开始"]


def test_lists_of_ones_own_need_a_sign_in(ask: Ask):
    answer = ask(LISTS, n=2)
    assert [error["extensions"]["code"] for error in answer["errors"]] == ["SIGN_IN_REQUIRED"] * 2


@pytest.mark.parametrize("size", [3, 30])
def test_lists_cost_the_same_statements_however_long(
    ask: Ask, reader: User, make_item: Publish, django_assert_num_queries: Any, size: int
):
    items = [make_item() for _ in range(size)]
    ReadingMark.objects.bulk_create(
        ReadingMark(user=reader, item=item, progress=50, bookmarked_at=timezone.now()) for item in items
    )
    with django_assert_num_queries(4):
        answer = ask(LISTS, reader, n=size)
    assert len(titled(answer, "myBookmarks")) == len(titled(answer, "myReadings")) == size


def test_a_change_costs_a_bounded_number_of_statements(
    ask: Ask, reader: User, make_item: Publish, django_assert_max_num_queries: Callable[..., Any]
):
    item = make_item()
    for name in ("bookmarkItem", "likeItem", "recordReading", "shareItem"):
        with django_assert_max_num_queries(9):
            change(ask, name, reader, item, **CHANGES[name])


@pytest.mark.django_db(transaction=True)
def test_two_phones_of_one_person_at_once_count_once(reader: User, make_item: Publish):
    item = make_item()

    def read(progress: int) -> None:
        record_reading(user=reader, address="", item_id=item.pk, progress=progress, seconds=9)

    assert at_once(*(partial(read, progress) for progress in (10, 90, 50))) == [None] * 3
    assert events() == [("read", 1, COUNTY)]
    assert ReadingMark.objects.get().progress == 90


@pytest.mark.django_db(transaction=True)
def test_two_phones_of_one_person_like_at_once_and_it_counts_once(reader: User, make_item: Publish):
    item = make_item()
    like = partial(like_item, user=reader, item_id=item.pk, liked=True)
    assert at_once(like, like, like) == [None] * 3
    assert events() == [("like", 1, COUNTY)]
