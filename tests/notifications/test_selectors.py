import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.db.models import Q
from django.test.utils import CaptureQueriesContext

from backend.accounts.models import User
from backend.notifications.models import InboxMark, Notification, RegionalRead
from backend.notifications.selectors import UNREAD_LIMIT, Reader, inbox, unread_count
from backend.notifications.services import mark_all_read, mark_read
from backend.regions.rules import lineage
from tests.notifications.conftest import FAR_VILLAGE, NEIGHBOUR, VILLAGE, YESTERDAY

Tell = Callable[..., Notification]


def row(key: str, **values: Any) -> Notification:
    return Notification(kind="content", title=key, body="b", link="", key=key, **{"created_at": YESTERDAY, **values})


def put(*rows: Notification) -> None:
    Notification.objects.bulk_create(rows)


def titles(user: User) -> list[str]:
    return [notice.title for notice in inbox(*Reader.of(user).values)[:100]]


def test_inbox_merges_own_and_regional_newest_first(villager: User, neighbour: User):
    put(
        row("province", division_id="510000000000"),
        row("mine", recipient=villager),
        row("county", division_id="510114000000"),
        row("not mine", recipient=neighbour),
        row("village", division_id=VILLAGE),
        row("neighbour village", division_id=NEIGHBOUR),
        row("far county", division_id="510112000000"),
        row("township", division_id="510114006000"),
    )
    assert titles(villager) == ["township", "village", "county", "mine", "province"]
    assert titles(neighbour) == ["township", "neighbour village", "not mine", "county", "province"]


def test_inbox_of_who_has_no_village_is_only_their_own(make_user: Callable[..., User], divisions: Any):
    homeless = make_user()
    put(row("mine", recipient=homeless), row("province", division_id="510000000000"))
    assert titles(homeless) == ["mine"]
    assert unread_count(homeless) == 1


def test_inbox_begins_when_the_account_does(villager: User):
    old = villager.date_joined - timedelta(seconds=1)
    put(row("before", division_id=VILLAGE, created_at=old), row("since", division_id=VILLAGE))
    assert titles(villager) == ["since"]
    assert unread_count(villager) == 1
    mark_read(user=villager, notification_ids=Notification.objects.values_list("pk", flat=True))
    assert RegionalRead.objects.get().notification.title == "since"


def test_inbox_follows_a_move(villager: User):
    put(row("here", division_id=VILLAGE), row("there", division_id=FAR_VILLAGE), row("all", division_id="510000000000"))
    assert titles(villager) == ["all", "here"]
    villager.village_id = FAR_VILLAGE
    assert titles(villager) == ["all", "there"]


def test_is_read_and_unread_count_agree(villager: User):
    put(
        *(row(f"r{n}", division_id=VILLAGE, created_at=YESTERDAY + timedelta(minutes=n)) for n in range(6)),
        *(row(f"p{n}", recipient=villager) for n in range(4)),
    )
    regional = list(Notification.objects.filter(division=VILLAGE).order_by("pk"))
    personal = list(Notification.objects.filter(recipient=villager).order_by("pk"))
    InboxMark.objects.create(user=villager, regional_read_until=regional[2].created_at)
    mark_read(user=villager, notification_ids=[regional[4].pk, personal[1].pk])
    read = {notice.title for notice in inbox(*Reader.of(villager).values)[:100] if notice.is_read}
    assert read == {"r0", "r1", "r2", "r4", "p1"}
    assert unread_count(villager) == 5
    mark_all_read(user=villager)
    assert unread_count(villager) == 0


def test_unread_count_stops_at_its_limit(villager: User):
    put(*(row(f"r{n}", division_id=VILLAGE) for n in range(UNREAD_LIMIT + 30)))
    assert unread_count(villager) == UNREAD_LIMIT


def test_inbox_can_be_cut_from_either_end(villager: User):
    put(*(row(f"r{n}", division_id=(VILLAGE, "510000000000")[n % 3 == 0]) for n in range(20)))
    everything = list(Notification.objects.order_by("-pk"))
    assert list(inbox(*Reader.of(villager).values)[:7]) == everything[:7]
    older = inbox(*Reader.of(villager).values).filter(Q(pk__lt=everything[6].pk))
    assert list(older[:7]) == everything[7:14]
    newer = inbox(*Reader.of(villager).values).filter(Q(pk__gt=everything[15].pk))
    assert list(newer.order_by("created_at", "id")[:3]) == everything[12:15][::-1]


@pytest.fixture
def ten_thousand(villager: User, neighbour: User) -> User:
    """Years of regional notices, half of them older than the account, and a neighbour's many own ones."""
    old = villager.date_joined - timedelta(days=1)
    codes = lineage(VILLAGE)
    put(*(row(f"o{n}", division_id=codes[n % 5], created_at=old) for n in range(5000)))
    put(
        *(
            row(f"n{n}", division_id=codes[n % 5], created_at=YESTERDAY - timedelta(minutes=5000 - n))
            for n in range(5000)
        )
    )
    put(*(row(f"x{n}", recipient=neighbour) for n in range(5000)))
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return villager


def newest(user: User) -> None:
    assert len(inbox(*Reader.of(user).values)[:20]) == 20


def deep_down(user: User) -> None:
    last = Notification.objects.get(key="n2500")
    beyond = Q(created_at__lte=last.created_at) & (
        Q(created_at__lt=last.created_at) | Q(created_at=last.created_at, pk__lt=last.pk)
    )
    page = inbox(*Reader.of(user).values).filter(beyond)[:20]
    assert [notice.key for notice in page] == [f"n{number}" for number in range(2499, 2479, -1)]


def unread(user: User) -> None:
    assert unread_count(user) == UNREAD_LIMIT


@pytest.mark.parametrize("look", [newest, deep_down, unread])
def test_ten_thousand_regional_notices_cost_what_ten_do(ten_thousand: User, look: Callable[[User], None]):
    with CaptureQueriesContext(connection) as captured:
        look(ten_thousand)
    plan = explain(captured[-1]["sql"])
    assert plan.count("notice_of_division") == 5, plan
    if connection.vendor == "sqlite":
        assert "SCAN notifications_notification" not in plan, plan
    else:
        # Each of the six branches is cut before the merge: 20 or 100 rows of each, never thousands.
        assert biggest(plan) <= 6 * UNREAD_LIMIT, plan


def explain(sql: str) -> str:
    how = "EXPLAIN QUERY PLAN" if connection.vendor == "sqlite" else "EXPLAIN (ANALYZE, FORMAT TEXT)"
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL enable_seqscan = off")  # which it would prefer for so small a table
        cursor.execute(f"{how} {sql}")
        return "\n".join(" ".join(map(str, line)) for line in cursor.fetchall())


def biggest(plan: str) -> int:
    """The most rows that any step of a PostgreSQL plan gave."""
    return max(int(float(rows)) for rows in re.findall(r"actual time=\S+ rows=([\d.]+)", plan))
