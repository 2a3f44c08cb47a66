"""Counting: every event once, whoever dies or works beside, and figures that readers see with a new edition alone."""

from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from backend.accounts.models import User
from backend.content.models import ContentFigures, ContentItem, ReadingCount, ReadingEvent
from backend.content.models.reading import ReadingKind
from backend.content.reading import counting, selectors
from backend.content.tasks import count_readings
from backend.editions.selectors import current
from backend.jobs import schedule
from tests.conftest import Ask
from tests.content.reading.conftest import Publish
from tests.editorial import COUNTY, PREFECTURE, PROVINCE, publish
from tests.races import at_once

CHINA = ZoneInfo("Asia/Shanghai")
OTHER_COUNTY = "510112000000"
NIGHT = datetime(2026, 11, 24, 23, 59, 59, tzinfo=CHINA)
MORNING = datetime(2026, 11, 25, 0, 0, 0, tzinfo=CHINA)
FIGURES = "{ feed { edges { node { title figures { reads likes shares } } } } }"


def happen(item: ContentItem, kind: str = "read", number: int = 1, **values: Any) -> None:
    ReadingEvent.objects.create(item=item, kind=kind, number=number, **values)


def counts() -> dict[tuple[date, str, str], int]:
    """Of one item."""
    return {(row.day, row.kind, row.division): row.number for row in ReadingCount.objects.all()}


def figures(item: ContentItem) -> tuple[int, int, int]:
    row = ContentFigures.objects.get(item=item)
    return row.reads, row.likes, row.shares


@pytest.mark.django_db
def test_events_are_added_up_by_day_in_china_and_county(make_item: Publish):
    item = make_item()
    happen(item, division=COUNTY, at=NIGHT)
    happen(item, division=COUNTY, at=NIGHT)
    happen(item, division=COUNTY, at=MORNING)
    happen(item, division="", at=MORNING)
    happen(item, "like", division=COUNTY, at=MORNING)
    happen(item, "share", division=COUNTY, at=MORNING)
    assert counting.count_readings() == 6
    assert counts() == {
        (date(2026, 11, 24), "read", COUNTY): 2,
        (date(2026, 11, 25), "read", COUNTY): 1,
        (date(2026, 11, 25), "read", ""): 1,
        (date(2026, 11, 25), "like", COUNTY): 1,
        (date(2026, 11, 25), "share", COUNTY): 1,
    }
    assert figures(item) == (4, 1, 1)
    assert not ReadingEvent.objects.exists()
    happen(item, division=COUNTY, at=NIGHT)
    assert (counting.count_readings(), counting.count_readings()) == (1, 0)
    assert counts()[date(2026, 11, 24), "read", COUNTY] == 3
    assert figures(item) == (5, 1, 1)


@pytest.mark.django_db
def test_many_events_are_counted_batch_by_batch(make_item: Publish):
    item, edition = make_item(), current()
    ReadingEvent.objects.bulk_create(ReadingEvent(item=item, kind="read") for _ in range(2_005))
    assert counting.count_readings(batch=1_000) == 2_005
    assert (figures(item), current()) == ((2_005, 0, 0), edition + 1)


@pytest.mark.django_db
def test_what_only_the_first_batch_changed_has_its_edition_too(make_item: Publish):
    item, edition = make_item(), current()
    for kind, number in (("read", 1), ("read", 1), ("like", 1), ("like", -1)):
        happen(item, kind, number)
    assert counting.count_readings(batch=2) == 4
    assert (figures(item), current()) == ((2, 0, 0), edition + 1)


@pytest.mark.django_db
def test_a_run_ends_in_time_and_leaves_the_rest_to_the_next(make_item: Publish, monkeypatch: pytest.MonkeyPatch):
    item, edition = make_item(), current()
    ReadingEvent.objects.bulk_create(ReadingEvent(item=item, kind="read") for _ in range(5))
    monkeypatch.setattr(counting, "RUN_SECONDS", 0.0)
    assert counting.count_readings(batch=2) == 2
    assert (figures(item), ReadingEvent.objects.count(), current()) == ((2, 0, 0), 3, edition + 1)


@pytest.mark.django_db
def test_many_counties_cost_few_statements_the_first_time_and_later(make_item: Publish):
    """One statement a row would hold SQLite's only lock for seconds."""
    items, days = [make_item() for _ in range(3)], (NIGHT, MORNING)
    counties = [f"51{n:04}000000" for n in range(100)]

    def fill() -> None:
        ReadingEvent.objects.bulk_create(
            ReadingEvent(item=item, kind="read", division=county, at=at)
            for item in items
            for county in counties
            for at in days
        )

    for times in (1, 2):
        fill()
        with CaptureQueriesContext(connection) as asked:
            assert counting.count_readings() == 600
        written = [query["sql"] for query in asked if "INTO content_readingcount" in query["sql"]]
        assert (len(written), len(asked) < 20) == (4, True)
        assert set(ReadingCount.objects.values_list("number", flat=True)) == {times}
        assert (ReadingCount.objects.count(), figures(items[0])) == (600, (200 * times, 0, 0))


@pytest.mark.django_db
def test_a_like_that_is_taken_back_leaves_nothing_and_none_goes_below(make_item: Publish):
    item = make_item()
    happen(item, "like", 1)
    happen(item, "like", -1)
    edition = current()
    counting.count_readings()
    assert (counts(), ContentFigures.objects.count(), current()) == ({}, 0, edition)
    happen(item, "like", -1)
    counting.count_readings()
    assert figures(item) == (0, 0, 0)


@pytest.mark.django_db
def test_readers_see_a_count_with_its_edition(ask: Ask, make_item: Publish):
    item, edition = make_item(PROVINCE, title="甲"), current()
    happen(item)
    happen(item, "like")
    asked = ask(FIGURES)["data"]["feed"]["edges"][0]["node"]["figures"]
    assert (asked, current()) == ({"reads": 0, "likes": 0, "shares": 0}, edition)
    counting.count_readings()
    asked = ask(FIGURES)["data"]["feed"]["edges"][0]["node"]["figures"]
    assert (asked, current()) == ({"reads": 1, "likes": 1, "shares": 0}, edition + 1)
    counting.count_readings()
    assert current() == edition + 1


@pytest.mark.django_db
def test_reading_writes_nothing_and_figures_cost_no_statement(ask: Ask, make_item: Publish, reader: User):
    for _ in range(3):
        make_item()
    happen(ContentItem.objects.all()[0])
    counting.count_readings()
    statements: list[str] = []

    def note(execute: Any, sql: str, *more: Any) -> Any:
        statements.append(sql)
        return execute(sql, *more)

    with connection.execute_wrapper(note):
        for fields in ("title", "title figures { reads likes shares }"):
            ask(f"{{ feed {{ edges {{ node {{ {fields} }} }} }} }}", reader)
    assert [sql.split()[0] for sql in statements] == ["SELECT", "SELECT"]


def test_the_job_comes_every_five_minutes():
    schedule.discover()
    assert schedule._registry["backend.content.tasks.count_readings"] == 5


@pytest.mark.django_db
def test_the_job_counts(make_item: Publish):
    item = make_item()
    happen(item)
    count_readings()
    assert figures(item) == (1, 0, 0)


class Killed(Exception):
    """The worker is gone."""


@pytest.mark.django_db(transaction=True)
def test_a_worker_that_dies_in_the_middle_leaves_everything_to_the_next(
    make_item: Publish, monkeypatch: pytest.MonkeyPatch
):
    item, edition = make_item(), current()
    happen(item)

    def die() -> None:
        raise Killed

    with monkeypatch.context() as patched:
        patched.setattr(counting, "turn_page", die)
        with pytest.raises(Killed):
            counting.count_readings()
    assert (ReadingEvent.objects.count(), counts(), ContentFigures.objects.count(), current()) == (1, {}, 0, edition)
    counting.count_readings()
    assert figures(item) == (1, 0, 0)


@pytest.mark.django_db(transaction=True)
def test_several_workers_count_each_event_once_while_more_come(make_item: Publish):
    items = [make_item() for _ in range(3)]
    for item in items:
        ReadingEvent.objects.bulk_create(ReadingEvent(item=item, kind=ReadingKind.READ) for _ in range(40))

    def work() -> None:
        for _ in range(8):
            counting.count_readings(batch=7)

    def go_on() -> None:
        for item in items * 5:
            with transaction.atomic():
                happen(item)

    assert [each for each in at_once(work, work, work, go_on) if each is not None] == []
    counting.count_readings()
    assert [figures(item) for item in items] == [(45, 0, 0)] * 3
    assert sorted(ReadingCount.objects.values_list("number", flat=True)) == [45, 45, 45]


@pytest.mark.django_db
def test_staff_see_the_readers_of_their_own_divisions(make_item: Publish):
    item = make_item()
    for division, number in ((COUNTY, 3), (OTHER_COUNTY, 4), ("", 5)):
        for day in (date(2026, 11, 1), date(2026, 11, 24)):
            ReadingCount.objects.create(item=item, day=day, kind="read", division=division, number=number)

    def reads(*codes: str, since: date = date(2026, 11, 1)) -> int:
        return sum(row["reads"] for row in selectors.totals(selectors.figures_for(codes, since), "item"))

    assert reads(COUNTY) == 6
    assert reads(PREFECTURE) == 14
    assert reads(PROVINCE) == 24
    assert reads(PROVINCE, since=date(2026, 11, 2)) == 12
    assert reads() == 0


@pytest.mark.django_db
def test_totals_tell_reads_likes_and_shares_apart(make_item: Publish, writer: User):
    most, least = make_item(title="多"), publish(writer, title="少", division_id=PROVINCE)
    for item, kind, number in ((most, "read", 9), (most, "like", 2), (least, "read", 1), (least, "share", 4)):
        ReadingCount.objects.create(item=item, day=date(2026, 11, 24), kind=kind, division=COUNTY, number=number)
    rows = selectors.totals(selectors.figures_for([COUNTY], date(2026, 11, 24)), "item__title")
    assert list(rows) == [
        {"item__title": "多", "reads": 9, "likes": 2, "shares": 0},
        {"item__title": "少", "reads": 1, "likes": 0, "shares": 4},
    ]
