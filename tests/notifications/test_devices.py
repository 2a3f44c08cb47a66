import itertools
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from django_q.models import OrmQ

from backend.accounts.models import User
from backend.notifications import services, tasks
from backend.notifications.devices import MAX_DEVICES, retire_dead
from backend.notifications.errors import InvalidDeviceToken
from backend.notifications.models import Device, InboxMark, Notification, RegionalRead, TopicSubscription
from backend.notifications.rules import topic_of
from backend.regions.rules import lineage
from tests.notifications.conftest import FAR_VILLAGE, NEIGHBOUR, VILLAGE

TOKEN = "phone-one:" + "x" * 30


def wanted(device: Device) -> set[str]:
    return set(device.subscriptions.filter(wanted=True).values_list("topic", flat=True))


def topics(village: str) -> set[str]:
    return {topic_of(code) for code in lineage(village)}


def register(user: User, token: str = TOKEN) -> Device:
    return services.register_device(user=user, token=token, platform="android")


def test_register_device_wants_the_topics_of_the_village_and_a_job(villager: User):
    device = register(villager)
    assert wanted(device) == topics(VILLAGE)
    assert len(wanted(device)) == 5
    assert not device.subscriptions.exclude(held=False).exists()
    task = OrmQ.objects.get().task
    assert (task["func"], task["args"]) == ("backend.notifications.tasks.sync_topics", (device.pk,))


def test_register_device_again_is_the_same_device_and_no_job(villager: User):
    device = register(villager)
    Device.objects.update(seen_at=timezone.now() - timedelta(days=30))
    again = register(villager)
    assert again.pk == device.pk
    assert timezone.now() - again.seen_at < timedelta(minutes=1)
    assert Device.objects.count() == 1
    assert OrmQ.objects.count() == 1


def test_register_device_of_who_has_no_village_follows_nothing(make_user: Callable[..., User], divisions: Any):
    device = register(make_user())
    assert not device.subscriptions.exists()
    assert not OrmQ.objects.exists()


def test_a_token_that_moves_leaves_the_first_account(villager: User, make_user: Callable[..., User]):
    device = register(villager)
    device.subscriptions.update(held=True)
    other = make_user(village_id=FAR_VILLAGE)
    moved = register(other)
    assert moved.pk == device.pk
    assert not villager.devices.exists()
    assert wanted(moved) == topics(FAR_VILLAGE)
    left = set(moved.subscriptions.filter(wanted=False).values_list("topic", flat=True))
    assert left == topics(VILLAGE) - topics(FAR_VILLAGE)
    assert topic_of("510000000000") in wanted(moved), "the province is the same and stays as it is"


def test_an_inactive_device_comes_back_on_registration(villager: User):
    device = register(villager)
    retire_dead(device_ids=[device.pk], seen_before=timezone.now())
    device.refresh_from_db()
    assert not device.active
    assert not device.subscriptions.exists()
    again = register(villager)
    assert again.pk == device.pk
    assert again.active
    assert wanted(again) == topics(VILLAGE)


def test_a_device_that_registered_since_is_not_retired(villager: User):
    device = register(villager)
    retire_dead(device_ids=[device.pk], seen_before=device.seen_at - timedelta(seconds=1))
    device.refresh_from_db()
    assert device.active
    assert wanted(device) == topics(VILLAGE)


@pytest.mark.parametrize("token", ["", "short", "x" * 513, "有" * 30, "x" * 30 + "\n"])
def test_register_device_refuses_what_is_no_token(villager: User, token: str):
    with pytest.raises(InvalidDeviceToken) as refused:
        register(villager, token)
    assert (refused.value.code, refused.value.field) == ("INVALID_DEVICE_TOKEN", "token")
    assert not Device.objects.exists()
    assert not OrmQ.objects.exists()


def test_only_the_phones_seen_last_stay(villager: User):
    first = register(villager)
    Device.objects.update(seen_at=timezone.now() - timedelta(days=1))
    for number in range(MAX_DEVICES):
        register(villager, f"phone-{number}:" + "y" * 30)
    first.refresh_from_db()
    assert not first.active
    assert villager.devices.filter(active=True).count() == MAX_DEVICES
    assert wanted(first) == set()


def test_unregister_device_ends_pushes_and_topics_and_can_be_repeated(villager: User):
    device = register(villager)
    TopicSubscription.objects.filter(topic=topic_of(VILLAGE)).update(held=True)
    services.unregister_device(user=villager, token=TOKEN)
    services.unregister_device(user=villager, token=TOKEN)
    device.refresh_from_db()
    assert not device.active
    assert [(row.topic, row.wanted, row.held) for row in device.subscriptions.all()] == [
        (topic_of(VILLAGE), False, True)
    ]


def test_unregister_device_leaves_other_peoples_alone(villager: User, neighbour: User):
    device = register(villager)
    services.unregister_device(user=neighbour, token=TOKEN)
    services.unregister_device(user=neighbour, token="unknown")
    device.refresh_from_db()
    assert device.active
    assert wanted(device) == topics(VILLAGE)


def test_village_changed_is_the_difference(villager: User, django_assert_max_num_queries: Any):
    devices = [register(villager, f"phone-{n}:" + "z" * 30) for n in range(2)]
    TopicSubscription.objects.update(held=True)
    OrmQ.objects.all().delete()
    User.objects.filter(pk=villager.pk).update(village_id=NEIGHBOUR)
    services.village_changed(villager.pk)
    for device in devices:
        assert wanted(device) == topics(NEIGHBOUR)
        errands = device.subscriptions.filter(TopicSubscription.WAITING)
        assert {(row.topic, row.wanted) for row in errands} == {
            (topic_of(VILLAGE), False),
            (topic_of(NEIGHBOUR), True),
        }
    assert OrmQ.objects.count() == 2
    services.village_changed(villager.pk)
    assert OrmQ.objects.count() == 2, "nothing changed, so there is nothing to do"


def test_moving_and_back_again_is_no_errand(villager: User):
    device = register(villager)
    TopicSubscription.objects.update(held=True)
    for village in (NEIGHBOUR, VILLAGE):
        User.objects.filter(pk=villager.pk).update(village_id=village)
        services.village_changed(villager.pk)
    assert not device.subscriptions.filter(TopicSubscription.WAITING).exists()
    assert device.subscriptions.count() == 5


def test_sweep_lets_go_of_phones_not_seen_for_60_days_and_of_covered_reads(villager: User):
    stale, fresh = register(villager), register(villager, "fresh:" + "x" * 30)
    Device.objects.filter(pk=stale.pk).update(seen_at=timezone.now() - timedelta(days=60, minutes=1))
    Device.objects.filter(pk=fresh.pk).update(seen_at=timezone.now() - timedelta(days=59))
    notices = [
        services.notify_division(division_code=VILLAGE, kind="content", title="t", body="b", link="", key=str(n))
        for n in range(3)
    ]
    services.mark_read(user=villager, notification_ids=[notice.pk for notice in notices])
    InboxMark.objects.create(user=villager, regional_read_until=notices[1].created_at)

    tasks.sweep()

    assert set(Device.objects.filter(active=True)) == {fresh}
    assert wanted(stale) == set()
    assert wanted(fresh) == topics(VILLAGE)
    assert [row.notification for row in RegionalRead.objects.all()] == [notices[2]]
    assert Notification.objects.count() == 3


def read_by_all(make_user: Callable[..., User], number: int) -> None:
    """Notices that someone read one by one, and then all at once; between them one that stays."""
    reader, other = make_user(village_id=VILLAGE), make_user(village_id=VILLAGE)
    notices = Notification.objects.bulk_create(
        Notification(division_id=VILLAGE, kind="content", title="t", body="b", link="", key=str(n))
        for n in range(number)
    )
    for who in (reader, other, reader):
        RegionalRead.objects.bulk_create(
            [RegionalRead(user=who, notification=notice) for notice in notices], ignore_conflicts=True
        )
    services.mark_all_read(user=reader)


def test_sweep_deletes_covered_reads_in_batches(
    make_user: Callable[..., User],
    divisions: Any,
    monkeypatch: pytest.MonkeyPatch,
    django_assert_num_queries: Any,
):
    read_by_all(make_user, 7)
    monkeypatch.setattr(tasks, "SWEEP_BATCH", 3)
    # The phones: savepoint, look, release. Then look and delete three times, and look once more.
    with django_assert_num_queries(3 + 2 * 3 + 1):
        tasks.sweep()
    assert RegionalRead.objects.count() == 7
    assert not RegionalRead.objects.filter(user__in=InboxMark.objects.values("user")).exists()


def test_sweep_stops_when_its_time_is_up(
    make_user: Callable[..., User], divisions: Any, monkeypatch: pytest.MonkeyPatch
):
    read_by_all(make_user, 7)
    monkeypatch.setattr(tasks, "SWEEP_BATCH", 3)
    ticks = itertools.count(0, 7)  # it began at 0; phones at 7; a batch at 14; at 21 the time is over
    monkeypatch.setattr(tasks, "monotonic", lambda: next(ticks))
    tasks.sweep()
    assert RegionalRead.objects.count() == 14 - 3
