from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone
from django_q.models import OrmQ

from backend.accounts.models import User
from backend.notifications import services
from backend.notifications.errors import TooManyNotices
from backend.notifications.models import Delivery, Device, Notification, RegionalRead
from backend.notifications.selectors import Reader, inbox, unread_count
from tests.notifications.conftest import NEIGHBOUR, VILLAGE

Tell = Callable[..., Notification]
Devices = Callable[..., Device]


def announce(key: str = "article:1", division: str = VILLAGE, **values: Any) -> Notification:
    usual = {"kind": "content", "title": "普法新内容", "body": "点击查看", "link": "article/1"}
    return services.notify_division(division_code=division, key=key, **{**usual, **values})


def test_notify_person_writes_one_delivery_a_phone_and_wakes_a_worker_when_due(
    villager: User, neighbour: User, make_device: Devices, tell: Tell
):
    first, second = make_device(villager, "a"), make_device(villager, "b")
    make_device(villager, "off", active=False)
    make_device(neighbour, "other")
    before = timezone.now()

    notice = tell(villager, delay_seconds=3)

    assert set(notice.deliveries.values_list("device_id", flat=True)) == {first.pk, second.pk}
    due = notice.deliveries.values_list("due_at", flat=True)[0]
    assert timedelta(seconds=3) <= due - before < timedelta(seconds=5)
    job = OrmQ.objects.get()
    assert job.task["func"] == "backend.notifications.tasks.deliver_due"
    assert abs(job.lock - due) < timedelta(seconds=0.5)


def test_notify_person_without_a_phone_is_only_in_the_inbox(villager: User, tell: Tell):
    tell(villager)
    assert unread_count(villager) == 1
    assert not Delivery.objects.exists()
    assert not OrmQ.objects.exists()


def test_notify_person_twice_for_one_event_tells_once(
    villager: User, neighbour: User, make_device: Devices, tell: Tell
):
    make_device(villager)
    first = tell(villager)
    again = tell(villager, title="别的标题")
    assert again == first
    assert again.title == "村法律顾问群"
    assert Delivery.objects.count() == OrmQ.objects.count() == 1
    assert tell(neighbour) != first, "the same event tells another person too"


def test_notify_person_leaves_nothing_behind_when_the_callers_transaction_fails(
    villager: User, make_device: Devices, tell: Tell
):
    make_device(villager)

    def change() -> None:
        with transaction.atomic():
            tell(villager)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        change()
    assert not Notification.objects.exists()
    assert not Delivery.objects.exists()
    assert not OrmQ.objects.exists()


def test_notify_person_at_night_waits_until_seven_without_a_job(
    villager: User, make_device: Devices, tell: Tell, settings: Any
):
    hour = timezone.localtime().hour
    settings.QUIET_HOURS = f"{hour}-{(hour + 3) % 24}"
    make_device(villager)
    notice = tell(villager, delay_seconds=3)
    due = timezone.localtime(notice.deliveries.get().due_at)
    assert (due.hour, due.minute, due.second) == ((hour + 3) % 24, 0, 0)
    assert not OrmQ.objects.exists()
    urgent = tell(villager, kind="urgent", key="alarm")
    assert urgent.deliveries.get().due_at <= timezone.now()
    assert OrmQ.objects.count() == 1


def test_notify_person_keeps_long_numbers_off_the_lock_screen(villager: User, tell: Tell):
    notice = tell(villager, title="10000000001 来电", body="长" * 500)
    assert notice.title == "*** 来电"
    assert len(notice.body) == 120


def test_notify_person_of_an_unknown_kind_is_a_mistake_and_writes_nothing(villager: User, tell: Tell):
    with pytest.raises(ValueError, match="party"):
        tell(villager, kind="party")
    assert not Notification.objects.exists()


def test_notify_division_is_one_row_and_one_push_however_many_live_there(
    villager: User, make_user: Callable[..., User], make_device: Devices
):
    for number in range(5):
        make_device(make_user(village_id=VILLAGE), f"p{number}")
    notice = announce()
    assert announce() == notice
    delivery = Delivery.objects.get()
    assert (delivery.topic, delivery.device) == (f"division-{VILLAGE}", None)
    assert Notification.objects.count() == 1
    assert OrmQ.objects.count() == 1
    assert announce(division=NEIGHBOUR) != notice


def test_statements_of_notify_person(villager: User, make_device: Devices, tell: Tell, django_assert_num_queries: Any):
    for number in range(8):
        make_device(villager, f"p{number}")
    # savepoint; look; savepoint, insert, release; phones; deliveries; job; release
    with django_assert_num_queries(9):
        tell(villager)
    with django_assert_num_queries(3):
        tell(villager)


def test_a_notice_is_personal_or_regional(villager: User):
    values = {"kind": "system", "title": "t", "body": "b", "link": "", "key": "k"}
    for target in ({}, {"recipient": villager, "division_id": VILLAGE}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Notification.objects.create(**values, **target)


def test_mark_read_marks_both_shapes_and_only_what_is_the_persons(
    villager: User, neighbour: User, tell: Tell, django_assert_num_queries: Any
):
    mine, other = tell(villager), tell(neighbour)
    here, elsewhere = announce(), announce(division=NEIGHBOUR)
    unread = tell(villager, key="message:2")
    ids = [row.pk for row in (mine, other, here, elsewhere)] + [10**15]
    with django_assert_num_queries(5):
        services.mark_read(user=villager, notification_ids=ids)
    services.mark_read(user=villager, notification_ids=ids)
    assert {row.pk for row in inbox(*Reader.of(villager).values)[:20] if row.is_read} == {mine.pk, here.pk}
    assert unread_count(villager) == 1
    assert unread_count(neighbour) == 2
    assert RegionalRead.objects.get().notification == here
    unread.refresh_from_db()
    assert unread.read_at is None


def test_mark_read_takes_a_hundred_at_once(villager: User, tell: Tell):
    notice = tell(villager)
    with pytest.raises(TooManyNotices) as refused:
        services.mark_read(user=villager, notification_ids=[notice.pk, *range(10**6, 10**6 + 100)])
    assert refused.value.code == "TOO_MANY_NOTICES"
    assert unread_count(villager) == 1
    services.mark_read(user=villager, notification_ids=[notice.pk, *range(10**6, 10**6 + 99)])
    assert unread_count(villager) == 0


def test_mark_all_read_costs_one_statement_a_shape(
    villager: User, neighbour: User, tell: Tell, django_assert_num_queries: Any
):
    for number in range(30):
        tell(villager, key=f"message:{number}")
        announce(f"article:{number}")
    announce("county", "510114000000")
    with django_assert_num_queries(4):  # savepoint, one a shape, release
        services.mark_all_read(user=villager)
    assert unread_count(villager) == 0
    assert unread_count(neighbour) == 1
    assert not RegionalRead.objects.exists()
    announce("later")
    tell(villager, key="later")
    assert unread_count(villager) == 2
    services.mark_all_read(user=villager)
    assert unread_count(villager) == 0
    assert all(row.is_read for row in inbox(*Reader.of(villager).values)[:100])


def test_mark_link_read_reads_the_link_and_drops_what_has_not_left(
    villager: User, neighbour: User, make_device: Devices, tell: Tell, django_assert_num_queries: Any
):
    make_device(villager, "a")
    make_device(villager, "b")
    make_device(neighbour, "c")
    read = [tell(villager, key=f"message:{number}", delay_seconds=3) for number in range(3)]
    kept = [tell(villager, key="else", link="group/2"), tell(neighbour)]
    held = read[0].deliveries.first()
    assert held
    Delivery.objects.filter(pk=held.pk).update(lease_until=timezone.now() + timedelta(seconds=30))

    with django_assert_num_queries(4):
        services.mark_link_read(user_id=villager.pk, link="group/1")

    assert unread_count(villager) == unread_count(neighbour) == 1
    dropped = Delivery.objects.filter(state="dropped")
    assert dropped.count() == 5
    assert {row.last_error for row in dropped} == {"read"}
    held.refresh_from_db()
    assert held.state == "pending", "the worker that holds it sees read_at itself"
    assert Delivery.objects.filter(notification__in=kept, state="pending").count() == 3
    services.mark_link_read(user_id=villager.pk, link="group/1")
    assert Delivery.objects.filter(state="dropped").count() == 5


def test_settled_deliveries_say_when(villager: User, make_device: Devices, tell: Tell):
    make_device(villager)
    tell(villager)
    with pytest.raises(IntegrityError), transaction.atomic():
        Delivery.objects.update(state="delivered")
    Delivery.objects.update(state="delivered", settled_at=datetime(2026, 11, 24, tzinfo=UTC))


def test_retract_link_takes_back_what_divisions_were_told(
    villager: User, neighbour: User, make_device: Devices, tell: Tell, django_assert_num_queries: Any
):
    make_device(villager)
    gone = [announce(), announce(division=NEIGHBOUR)]
    kept = [announce("article:2", link="article/2"), tell(villager, link="article/1")]
    with django_assert_num_queries(4):  # savepoint, deliveries, notices, release
        services.retract_link(link="article/1")

    assert set(inbox(*Reader.of(villager).values)[:20]) == set(kept)
    assert (unread_count(villager), unread_count(neighbour)) == (2, 0)
    assert list(inbox(*Reader.of(neighbour).values)[:20]) == []
    dropped = Delivery.objects.filter(state="dropped")
    assert {row.notification for row in dropped} == set(gone)
    assert {row.last_error for row in dropped} == {"retracted"}
    assert set(Delivery.objects.filter(state="pending").values_list("notification", flat=True)) == {
        notice.pk for notice in kept
    }


def test_what_was_retracted_is_not_told_again_nor_marked_read(villager: User):
    notice = announce()
    services.retract_link(link="article/1")
    before = list(Delivery.objects.values())
    services.retract_link(link="article/1")
    assert announce() == notice
    services.mark_read(user=villager, notification_ids=[notice.pk])
    assert list(Delivery.objects.values()) == before
    assert unread_count(villager) == 0
    assert not RegionalRead.objects.exists()


def test_only_a_regional_notice_is_retracted(villager: User, tell: Tell):
    notice = tell(villager)
    with pytest.raises(IntegrityError), transaction.atomic():
        Notification.objects.filter(pk=notice.pk).update(retracted_at=timezone.now())
