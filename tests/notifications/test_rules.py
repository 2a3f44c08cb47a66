import re
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.notifications import rules
from backend.notifications.models import Notification
from backend.notifications.rules import CHINA, QuietHours

NIGHT = QuietHours(22, 7)
KINDS = sorted(rules.MANNERS)
naive = datetime(2026, 1, 1), datetime(2030, 1, 1)  # noqa: DTZ001 - hypothesis adds the zone
instants = st.datetimes(*naive, timezones=st.just(UTC))
quiets = st.builds(QuietHours, st.integers(0, 23), st.integers(0, 23)).filter(lambda q: q.start != q.end)


def china(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 11, day, hour, minute, tzinfo=CHINA)


def test_every_kind_has_its_manner():
    assert set(rules.MANNERS) == set(Notification.Kind.values)


@pytest.mark.parametrize(
    ("now", "due"),
    [
        (china(24, 21, 59), china(24, 21, 59)),
        (china(24, 22, 0), china(25, 7)),
        (china(24, 23, 30), china(25, 7)),
        (china(25, 0, 0), china(25, 7)),
        (china(25, 6, 59), china(25, 7)),
        (china(25, 7, 0), china(25, 7, 0)),
        (china(30, 23, 0), datetime(2026, 12, 1, 7, tzinfo=CHINA)),
    ],
)
def test_due_time_around_the_night(now: datetime, due: datetime):
    assert rules.due_time(now, "group_message", NIGHT) == due
    assert rules.due_time(now, "urgent", NIGHT) == now
    assert rules.due_time(now, "group_message", None) == now


@given(instants, quiets, st.sampled_from(KINDS))
def test_nothing_that_can_wait_is_due_in_quiet_hours(now: datetime, quiet: QuietHours, kind: str):
    due = rules.due_time(now, kind, quiet)
    assert due >= now
    if not rules.MANNERS[kind].urgent:
        assert not quiet.holds(due)
        assert due == now or (due.astimezone(CHINA).hour, due.minute, due.second) == (quiet.end, 0, 0)
        assert due - now <= timedelta(hours=24)


@given(instants, quiets, st.sampled_from(KINDS))
def test_a_push_outlives_no_day(now: datetime, quiet: QuietHours, kind: str):
    due = rules.due_time(now, kind, quiet)
    kept = rules.lifetime(due, kind, quiet)
    assert timedelta(0) <= kept <= rules.MANNERS[kind].lifetime
    if not rules.MANNERS[kind].urgent:
        assert due + kept <= quiet.next_start(due)
        assert not quiet.holds(due + kept - timedelta(seconds=1)) or kept == timedelta(0)


@pytest.mark.parametrize(("text", "hours"), [("22-7", NIGHT), ("0-6", QuietHours(0, 6)), ("", None), ("5-5", None)])
def test_quiet_hours(text: str, hours: QuietHours | None):
    assert rules.quiet_hours(text) == hours


@given(st.integers(1, 40), st.floats(0, 10**9), st.floats(0, 1))
def test_backoff(attempts: int, asked: float, chance: float):
    wait = rules.backoff(attempts, asked, chance).total_seconds()
    assert wait >= min(asked, 3600) - 1e-6
    assert 5 <= wait <= 3600 * 1.2
    assert rules.backoff(attempts + 1, asked, chance) >= rules.backoff(attempts, asked, chance)


def test_backoff_grows_and_is_spread():
    waits = [rules.backoff(n, 0, 1).total_seconds() for n in range(1, 8)]
    assert waits == [10, 30, 90, 270, 810, 1800, 1800]
    assert rules.backoff(3, 0, 0).total_seconds() == 45


NOW = datetime(2026, 11, 24, 4, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        (None, 0),
        ("", 0),
        ("40", 40),
        (" 7 ", 7),
        (format_datetime(NOW + timedelta(seconds=90), usegmt=True), 90),
        (format_datetime(NOW - timedelta(seconds=90), usegmt=True), 0),
        ("Tue, 24 Nov 2026 04:01:00 -0000", 60),
        ("soon", 0),
        ("-5", 0),
        ("9" * 400, 999_999_999),
    ],
)
def test_retry_after_seconds(header: str | None, seconds: float):
    assert rules.retry_after_seconds(header, NOW) == seconds


@given(st.text())
def test_retry_after_is_never_negative_and_never_raises(header: str):
    assert rules.retry_after_seconds(header, NOW) >= 0


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("群里有新消息", "群里有新消息"),
        ("请打 100 0000 0001 找我", "请打 *** 找我"),
        ("身份证 110101-19000101-001X", "身份证 ***X"),
        ("2026年12月4日，民法典第1062条，拨打12348", "2026年12月4日，民法典第1062条，拨打12348"),
        ("两行\n一行\x00", "两行 一行"),
    ],
)
def test_lock_screen_text(text: str, shown: str):
    assert rules.lock_screen_text(text, 60) == shown


@given(st.text(st.sampled_from("0123456789 -.村里\n"), max_size=200), st.integers(1, 60))
def test_no_long_number_reaches_a_lock_screen(text: str, limit: int):
    shown = rules.lock_screen_text(text, limit)
    assert len(shown) <= limit
    assert not re.search(r"\d{7}", shown)
    assert "\n" not in shown


@pytest.mark.parametrize(
    ("token", "good"),
    [
        ("x" * 20, True),
        ("fGx_9-a:APA91b" + "Q" * 130, True),
        ("x" * 512, True),
        ("x" * 513, False),
        ("x" * 19, False),
        ("", False),
        ("x" * 30 + " ", False),
        ("x" * 30 + "\n", False),
        ("令" * 30, False),
        ("x" * 30 + "\x00", False),
    ],
)
def test_is_device_token(token: str, good: bool):
    assert rules.is_device_token(token) is good
