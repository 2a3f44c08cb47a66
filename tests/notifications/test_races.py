"""Races, run by real connections, and by the real firebase-admin where phones are concerned."""

from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from threading import Barrier

import pytest
from django.db import transaction
from django.utils import timezone

from backend.accounts.models import User
from backend.notifications import services
from backend.notifications.delivery import deliver
from backend.notifications.firebase import FirebaseSender
from backend.notifications.leases import LEASE, claim
from backend.notifications.models import Delivery, Device, Notification, RegionalRead, TopicSubscription
from backend.notifications.topics import sync
from tests.fakes import fcm as fake
from tests.fakes.fcm import FakeFcm
from tests.notifications.conftest import FAR_VILLAGE, VILLAGE
from tests.notifications.test_delivery import Clock
from tests.races import at_once

pytestmark = pytest.mark.django_db(transaction=True)
ROWS = 200


@pytest.fixture
def deliveries(make_user: Callable[..., User], make_device: Callable[..., Device]) -> list[Delivery]:
    """Two hundred pushes that are due, to twenty phones of ten people."""
    people = [make_user() for _ in range(10)]
    devices = [make_device(person, f"phone-{n}-{person.pk}") for person in people for n in range(2)]
    rows = [
        Notification(recipient=people[n % 10], kind="system", title="题", body="文", link="", key=str(n))
        for n in range(ROWS // 2)
    ]
    Notification.objects.bulk_create(rows)
    return Delivery.objects.bulk_create(
        Delivery(notification=row, device=device)
        for row in rows
        for device in devices
        if device.user_id == row.recipient_id
    )


def received(fcm: FakeFcm) -> Counter[str]:
    return Counter(push_id for phone in fcm.phones.values() for push_id in phone.push_ids)


def test_two_workers_send_each_push_once(
    deliveries: list[Delivery], firebase: FirebaseSender, fcm: FakeFcm, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("backend.notifications.delivery.BATCH", 7)  # so that they meet often
    fcm.pause_seconds = 0.002
    results = at_once(*[lambda: deliver(firebase)] * 2)
    assert results == [None, None]
    assert received(fcm) == Counter(row.push_id for row in deliveries)
    assert set(received(fcm).values()) == {1}
    assert len(deliveries) == ROWS == Delivery.objects.filter(state="delivered", attempts=1).count()


def test_workers_killed_and_errors_of_every_kind_leave_each_push_shown_once(
    deliveries: list[Delivery], firebase: FirebaseSender, fcm: FakeFcm
):
    dead = deliveries[0].device
    faults = (fake.INTERNAL, fake.quota("20"), fake.CUT, fake.CUT_AFTER_ACCEPTING, fake.UNAVAILABLE)
    for number, device in enumerate(Device.objects.exclude(pk=dead.pk)):
        fcm.fail(device.token, *(faults[(number + k) % 5] for k in range(3)))
    fcm.fail(dead.token, *[fake.UNREGISTERED] * ROWS)
    clock = Clock()
    pending = Delivery.objects.filter(state="pending")
    for _ in range(5):  # five workers take some, send some of them, and are killed before they settle
        killed = claim(pending.select_related("device", "notification"), now=clock.now, limit=10)
        for row in killed[:5]:
            if row.device != dead:
                fcm.accept({"token": row.device.token, "data": {"push_id": row.push_id}})
        at_once(*[lambda: deliver(firebase, clock=clock)] * 2)
        clock.forward(seconds=LEASE.total_seconds())
    while pending.exists():
        deliver(firebase, clock=clock)
        clock.forward(minutes=5)
    shown = Counter(push_id for phone in fcm.phones.values() for push_id in phone.shown)
    alive = {row.push_id for row in deliveries if row.device_id != dead.pk}
    assert shown == Counter(alive)
    assert not Device.objects.get(pk=dead.pk).active
    assert Delivery.objects.filter(state="dropped").count() == 10
    assert Delivery.objects.filter(state="delivered").count() == ROWS - 10


def test_one_event_notified_from_two_connections_is_one_notice(
    villager: User, make_device: Callable[..., Device], tell: Callable[..., Notification]
):
    make_device(villager)

    def division(number: int) -> Notification:
        return services.notify_division(
            division_code=VILLAGE, kind="content", title="题", body="文", link="", key=f"article:{number}"
        )

    for number in range(10):
        personal = at_once(*[lambda n=number: tell(villager, key=f"message:{n}")] * 4)
        regional = at_once(*[lambda n=number: division(n)] * 4)
        assert len({notice.pk for notice in personal}) == 1
        assert len({notice.pk for notice in regional}) == 1
    assert Notification.objects.count() == Delivery.objects.count() == 20


def test_one_event_notified_while_the_first_has_not_committed(villager: User, tell: Callable[..., Notification]):
    """The second waits for the first, and takes over where the first rolls back."""
    entered = Barrier(2)

    def first() -> None:
        with transaction.atomic():
            tell(villager)
            entered.wait(20)
            raise RuntimeError

    def second() -> Notification:
        entered.wait(20)
        return tell(villager)

    failed, notice = at_once(first, second)
    assert isinstance(failed, RuntimeError)
    assert Notification.objects.get() == notice


def test_one_phone_registered_by_two_people_at_once_is_one_persons(
    villager: User, make_user: Callable[..., User], firebase: FirebaseSender, fcm: FakeFcm
):
    people = [villager, make_user(village_id=FAR_VILLAGE)]
    token = "phone-one:" + "x" * 30

    def register(user: User) -> Device:
        return services.register_device(user=user, token=token, platform="android")

    for _ in range(5):
        results = at_once(*(lambda user=user: register(user) for user in people))
        assert {type(result) for result in results} == {Device}
        at_once(*[lambda: sync(firebase)] * 2)
    device = Device.objects.get()
    wanted = set(TopicSubscription.objects.filter(wanted=True).values_list("topic", flat=True))
    assert f"division-{device.user.village_id}" in wanted
    assert len(wanted) == 5
    sync(firebase, clock=Clock(timezone.now() + timedelta(minutes=1)))
    assert fcm.topics_of(token) == wanted


def test_marking_at_once_marks_once(villager: User):
    notice = services.notify_division(division_code=VILLAGE, kind="content", title="题", body="文", link="", key="a")
    results = at_once(
        *[lambda: services.mark_read(user=villager, notification_ids=[notice.pk])] * 3,
        *[lambda: services.mark_all_read(user=villager)] * 3,
    )
    assert results == [None] * 6
    assert RegionalRead.objects.count() == 1
