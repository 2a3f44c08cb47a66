"""Deliveries, carried by the real firebase-admin to a fake FCM."""

import threading
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, cast

import pytest
from django.utils import timezone
from django_q.models import OrmQ

from backend.accounts.models import User
from backend.jobs.runner import run_pending
from backend.notifications import rules, services, tasks
from backend.notifications.delivery import deliver
from backend.notifications.firebase import CONCURRENCY, FirebaseSender
from backend.notifications.leases import LEASE, claim
from backend.notifications.models import Delivery, Device, Notification, OutboxPush
from backend.notifications.pushes import Outcome, Push, Verdict
from backend.notifications.senders import OutboxSender
from tests.fakes import fcm as fake
from tests.fakes.fcm import FakeFcm, Fault
from tests.notifications.conftest import VILLAGE

Tell = Callable[..., Notification]
Devices = Callable[..., Device]


class Clock:
    """A clock that stands still until it is moved."""

    def __init__(self, now: datetime | None = None) -> None:
        self.now = now or timezone.now() + timedelta(seconds=1)

    def __call__(self) -> datetime:
        return self.now

    def forward(self, **delta: float) -> None:
        self.now += timedelta(**delta)


@pytest.fixture
def told(villager: User, make_device: Devices, tell: Tell) -> Delivery:
    """A delivery that is due."""
    make_device(villager)
    return tell(villager).deliveries.select_related("device").get()


def test_a_push_carries_the_notice_and_nothing_else(told: Delivery, firebase: FirebaseSender, fcm: FakeFcm):
    assert deliver(firebase) is None
    told.refresh_from_db()
    assert (told.state, told.attempts, told.lease_until, told.lease_key) == ("delivered", 1, None, None)
    assert told.settled_at
    [message] = fcm.phones[told.device.token].received
    assert message["data"] == {
        "push_id": f"delivery-{told.pk}",
        "kind": "group_message",
        "link": "group/1",
    }
    assert message["notification"] == {"title": "村法律顾问群", "body": "群里有新消息"}
    assert message["android"]["collapse_key"] == "group_message"
    assert message["android"]["priority"] == "high"
    assert message["android"]["ttl"] == "86400s"
    assert message["android"]["notification"]["tag"] == "group/1"
    assert message["apns"]["headers"]["apns-collapse-id"] == "group/1"
    deliver(firebase)
    assert len(fcm.phones[told.device.token].received) == 1


def test_a_regional_notice_is_one_call_and_reaches_every_follower(
    divisions: Any, firebase: FirebaseSender, fcm: FakeFcm
):
    services.notify_division(
        division_code=VILLAGE, kind="content", title="普法", body="新内容", link="article/1", key="a"
    )
    for number in range(500):
        fcm.follow(f"token-{number}", f"division-{VILLAGE}")
    deliver(firebase)
    assert len(fcm.paths) == 1
    assert len(fcm.phones) == 500
    assert Delivery.objects.get().state == "delivered"


@pytest.mark.parametrize(
    "fault", [fake.UNREGISTERED, fake.INVALID_TOKEN, fake.INVALID_TOKEN_FIELD, fake.SENDER_ID_MISMATCH]
)
def test_a_dead_token_retires_the_phone_and_drops_the_delivery(
    told: Delivery, villager: User, firebase: FirebaseSender, fcm: FakeFcm, fault: Fault
):
    fcm.fail(told.device.token, fault)
    assert deliver(firebase, clock=Clock()) is None
    told.refresh_from_db()
    told.device.refresh_from_db()
    assert (told.state, told.device.active) == ("dropped", False)
    assert told.last_error
    services.register_device(user=villager, token=told.device.token, platform="android")
    told.device.refresh_from_db()
    assert told.device.active


def test_a_phone_that_registered_while_its_push_was_refused_stays(
    told: Delivery, firebase: FirebaseSender, fcm: FakeFcm
):
    fcm.fail(told.device.token, fake.UNREGISTERED)
    Device.objects.update(seen_at=timezone.now() + timedelta(seconds=30))
    deliver(firebase)
    told.refresh_from_db()
    assert told.state == "dropped"
    assert Device.objects.get().active


@pytest.mark.parametrize(
    "fault",
    [fake.INTERNAL, fake.CUT, fake.WRONG_PROJECT, Fault(503, "", "", "<html>", "")],
    ids=["internal", "cut", "wrong project", "proxy page"],
)
def test_a_passing_error_is_tried_again_later(told: Delivery, firebase: FirebaseSender, fcm: FakeFcm, fault: Fault):
    fcm.fail(told.device.token, fault)
    clock = Clock()
    again = deliver(firebase, clock=clock)
    told.refresh_from_db()
    assert (told.state, told.attempts, told.lease_until) == ("pending", 1, None)
    assert told.last_error
    assert again == told.due_at
    assert timedelta(seconds=5) <= told.due_at - clock.now <= timedelta(seconds=10)
    assert len(fcm.paths) == 1, "the library itself does not try again"
    assert Device.objects.get().active
    assert deliver(firebase, clock=clock) is None, "not due yet"
    clock.forward(seconds=10)
    deliver(firebase, clock=clock)
    told.refresh_from_db()
    assert (told.state, told.attempts, told.last_error) == ("delivered", 2, "")
    assert len(fcm.phones[told.device.token].received) == 1


def test_a_broken_certificate_of_apple_is_tried_again(told: Delivery, firebase: FirebaseSender, fcm: FakeFcm):
    fcm.fail(told.device.token, *[fake.THIRD_PARTY] * 3)
    deliver(firebase)
    told.refresh_from_db()
    assert told.state == "pending"
    assert Device.objects.get().active


@pytest.mark.parametrize("fault", [fake.quota("120"), Fault(503, "UNAVAILABLE", "UNAVAILABLE", "", "120")])
def test_retry_after_is_honoured_and_not_slept_out(
    told: Delivery, firebase: FirebaseSender, fcm: FakeFcm, fault: Fault
):
    fcm.fail(told.device.token, fault)
    clock, began = Clock(), time.monotonic()
    deliver(firebase, clock=clock)
    assert time.monotonic() - began < 5
    told.refresh_from_db()
    assert timedelta(seconds=120) <= told.due_at - clock.now <= timedelta(seconds=144)


def test_a_phone_that_got_it_although_the_answer_was_lost_shows_it_once(
    told: Delivery, firebase: FirebaseSender, fcm: FakeFcm
):
    fcm.fail(told.device.token, fake.CUT_AFTER_ACCEPTING)
    clock = Clock()
    deliver(firebase, clock=clock)
    clock.forward(minutes=1)
    deliver(firebase, clock=clock)
    phone = fcm.phones[told.device.token]
    assert len(phone.received) == 2
    assert phone.shown == [f"delivery-{told.pk}"]
    assert {message["android"]["notification"]["tag"] for message in phone.received} == {"group/1"}


def test_an_answer_that_does_not_come_is_waited_for_five_seconds(
    told: Delivery, firebase: FirebaseSender, fcm: FakeFcm
):
    fcm.fail(told.device.token, Fault(hang_seconds=8))
    began = time.monotonic()
    deliver(firebase)
    assert 4 < time.monotonic() - began < 8
    told.refresh_from_db()
    assert (told.state, told.last_error[:17]) == ("pending", "DEADLINE_EXCEEDED")


def test_what_fcm_will_never_take_fails_at_once_and_keeps_the_phone(
    told: Delivery, firebase: FirebaseSender, fcm: FakeFcm
):
    fcm.fail(told.device.token, fake.INVALID_PAYLOAD)
    deliver(firebase)
    told.refresh_from_db()
    assert told.state == "failed"
    assert "android.ttl" in told.last_error
    assert Device.objects.get().active


def test_after_ten_attempts_it_is_given_up(told: Delivery, firebase: FirebaseSender, fcm: FakeFcm):
    fcm.fail(told.device.token, *[fake.INTERNAL] * 20)
    clock = Clock()
    for _ in range(20):
        deliver(firebase, clock=clock)
        clock.forward(hours=1)
    told.refresh_from_db()
    assert (told.state, told.attempts) == ("failed", rules.MAX_ATTEMPTS)
    assert len(fcm.paths) == rules.MAX_ATTEMPTS


def test_no_access_token_is_a_passing_error(told: Delivery, firebase: FirebaseSender, fcm: FakeFcm):
    fcm.token_fault = Fault(400)
    deliver(firebase)
    told.refresh_from_db()
    assert (told.state, told.last_error) == ("pending", "access token: RefreshError")
    assert Device.objects.get().active


# Looked at once more before it is sent.


def read(delivery: Delivery) -> None:
    Notification.objects.update(read_at=timezone.now())


def retire(delivery: Delivery) -> None:
    Device.objects.update(active=False)


def move(delivery: Delivery) -> None:
    Device.objects.update(user=User.objects.create(nickname="另一人"))


def close_account(delivery: Delivery) -> None:
    User.objects.update(is_active=False)


@pytest.mark.parametrize("change", [read, retire, move, close_account])
def test_what_has_become_pointless_is_dropped(
    told: Delivery, firebase: FirebaseSender, fcm: FakeFcm, change: Callable[[Delivery], None]
):
    change(told)
    assert deliver(firebase) is None
    told.refresh_from_db()
    assert told.state == "dropped"
    assert told.settled_at
    assert told.last_error
    assert not fcm.paths


def test_reading_the_group_within_the_delay_spares_the_push(
    villager: User, make_device: Devices, tell: Tell, firebase: FirebaseSender, fcm: FakeFcm
):
    make_device(villager)
    tell(villager, delay_seconds=3)
    services.mark_link_read(user_id=villager.pk, link="group/1")
    deliver(firebase, clock=Clock(timezone.now() + timedelta(seconds=4)))
    assert Delivery.objects.get().state == "dropped"
    assert not fcm.paths


def test_what_was_due_by_day_but_comes_up_at_night_waits_for_the_morning(
    told: Delivery, firebase: FirebaseSender, fcm: FakeFcm, settings: Any
):
    settings.QUIET_HOURS = "22-7"
    Delivery.objects.update(due_at=datetime(2026, 11, 24, 13, 0, tzinfo=UTC))
    night, morning = Clock(datetime(2026, 11, 24, 14, 0, tzinfo=UTC)), datetime(2026, 11, 24, 23, 0, tzinfo=UTC)
    deliver(firebase, clock=night)
    told.refresh_from_db()
    assert (told.state, told.due_at, told.attempts, told.lease_until) == ("pending", morning, 0, None)
    assert not fcm.paths
    night.now = morning
    deliver(firebase, clock=night)
    told.refresh_from_db()
    assert told.state == "delivered"
    assert fcm.phones[told.device.token].received[0]["android"]["ttl"] == f"{15 * 3600}s"


# Leases.


def test_a_dead_workers_rows_are_taken_over_when_its_lease_is_over(
    told: Delivery, firebase: FirebaseSender, fcm: FakeFcm
):
    clock = Clock()
    [held] = claim(Delivery.objects.filter(state="pending"), now=clock.now, limit=10)  # and then it is killed
    assert held.lease_until == clock.now + LEASE <= clock.now + timedelta(seconds=60)
    clock.forward(seconds=LEASE.total_seconds() - 1)
    deliver(firebase, clock=clock)
    assert not fcm.paths
    clock.forward(seconds=1)
    deliver(firebase, clock=clock)
    told.refresh_from_db()
    assert (told.state, told.attempts) == ("delivered", 2)
    assert len(fcm.phones[told.device.token].received) == 1


def test_a_row_that_kills_its_workers_comes_to_an_end(told: Delivery, firebase: FirebaseSender, fcm: FakeFcm):
    clock = Clock()
    for _ in range(rules.MAX_ATTEMPTS):
        assert claim(Delivery.objects.filter(state="pending"), now=clock.now, limit=10)
        clock.forward(minutes=1)
    deliver(firebase, clock=clock)
    told.refresh_from_db()
    assert (told.state, told.last_error) == ("failed", "never settled")
    assert not fcm.paths


class Overtaken(OutboxSender):
    """A sender so slow that its lease runs out and another worker settles the row."""

    def send(self, pushes: Any) -> Any:
        later = Clock(timezone.now() + LEASE + timedelta(seconds=2))
        deliver(OutboxSender(), clock=later)
        Delivery.objects.update(last_error="by the other")
        return super().send(pushes)


def test_a_worker_whose_lease_ran_out_settles_nothing(told: Delivery):
    deliver(Overtaken())
    told.refresh_from_db()
    assert (told.state, told.attempts, told.last_error) == ("delivered", 2, "by the other")
    assert OutboxPush.objects.count() == 1


class TakenFrom(OutboxSender):
    """A sender so slow that its lease runs out and another worker is at the row when it comes back."""

    def send(self, pushes: Any) -> Any:
        later = timezone.now() + LEASE + timedelta(seconds=2)
        [self.taken] = claim(Delivery.objects.filter(state="pending"), now=later, limit=10)
        return [Outcome(Verdict.PASSING, "too late")] * len(pushes)


def test_a_worker_whose_lease_ran_out_does_not_free_what_another_holds(told: Delivery):
    slow = TakenFrom()
    deliver(slow)
    told.refresh_from_db()
    assert (told.lease_key, told.lease_until) == (slow.taken.lease_key, slow.taken.lease_until)
    assert (told.state, told.attempts, told.last_error) == ("pending", 2, "")


def test_what_is_retracted_while_a_worker_holds_it_does_not_leave_afterwards(
    divisions: Any, firebase: FirebaseSender, fcm: FakeFcm
):
    topic = f"division-{VILLAGE}"
    fcm.fail(topic, fake.INTERNAL)
    services.notify_division(
        division_code=VILLAGE, kind="content", title="t", body="b", link="content/1", key="content:1"
    )
    row = Delivery.objects.get()
    Delivery.objects.update(lease_until=timezone.now() + timedelta(seconds=30))
    services.retract_link(link="content/1")
    row.refresh_from_db()
    assert row.state == "pending"
    clock = Clock()
    clock.forward(minutes=2)
    deliver(firebase, clock=clock)
    row.refresh_from_db()
    assert (row.state, row.last_error) == ("dropped", "retracted")
    assert fcm.topic_messages == []


# What is told of failures.


@pytest.mark.parametrize(
    "fault", [Fault(400, "INVALID_ARGUMENT", "INVALID_ARGUMENT", "Bad: {}"), Fault(500, "INTERNAL", "INTERNAL", "{}")]
)
def test_neither_the_log_nor_the_row_holds_a_token_that_fcm_quotes(
    villager: User,
    make_device: Devices,
    firebase: FirebaseSender,
    fcm: FakeFcm,
    tell: Tell,
    fault: Fault,
    caplog: pytest.LogCaptureFixture,
):
    token = make_device(villager).token
    fcm.fail(token, replace(fault, message=fault.message.format(token)))
    notice = tell(villager)
    Delivery.objects.update(attempts=9)
    deliver(firebase, clock=Clock())
    error = notice.deliveries.get().last_error
    assert "…" in error
    assert token not in error
    assert "delivery" in caplog.text
    assert token not in caplog.text


def test_an_unknown_failure_is_logged_with_its_place_and_without_its_words(
    firebase: FirebaseSender, settings: Any, caplog: pytest.LogCaptureFixture
):
    """A lifetime that is none stands for whatever the library may trip over."""
    settings.DEVELOPMENT = False
    broken = Push("delivery-1", "system", "题", "文", "", cast("timedelta", "secret-token"), token="secret-token")
    [outcome] = firebase.send([broken])
    assert outcome.verdict is Verdict.PASSING
    assert "message_of" in caplog.text
    assert "secret-token" not in caplog.text


# Many.


def test_many_are_sent_with_bounded_concurrency_and_few_statements(
    villager: User,
    make_device: Devices,
    firebase: FirebaseSender,
    fcm: FakeFcm,
    django_assert_num_queries: Any,
):
    device = make_device(villager)
    fcm.pause_seconds = 0.02
    notices = [
        Notification(recipient=villager, kind="system", title="t", body="b", link="", key=str(n)) for n in range(60)
    ]
    Notification.objects.bulk_create(notices)
    Delivery.objects.bulk_create(Delivery(notification=notice, device=device) for notice in notices)
    threads = threading.active_count()
    # savepoint, look, take, release; savepoint, settle, release; savepoint, look and find nothing, release
    with django_assert_num_queries(10):
        deliver(firebase, clock=Clock())
    assert len(fcm.phones[device.token].shown) == 60 == len(fcm.phones[device.token].received)
    assert not Delivery.objects.exclude(state="delivered").exists()
    assert 2 <= fcm.busiest <= CONCURRENCY
    assert threading.active_count() - threads <= 3 * CONCURRENCY  # the fake has threads too
    assert fcm.token_requests == 1


def test_of_many_each_is_judged_by_itself(
    villager: User, make_device: Devices, firebase: FirebaseSender, fcm: FakeFcm, tell: Tell
):
    faults = {"dead": fake.UNREGISTERED, "busy": fake.quota("50"), "down": fake.INTERNAL, "good": None}
    for name, fault in faults.items():
        device = make_device(villager, name)
        if fault:
            fcm.fail(device.token, fault)
    tell(villager)
    clock = Clock()
    deliver(firebase, clock=clock)
    states = {row.device.token.partition(":")[0]: row.state for row in Delivery.objects.select_related("device")}
    assert states == {"dead": "dropped", "busy": "pending", "down": "pending", "good": "delivered"}
    clock.forward(minutes=2)
    deliver(firebase, clock=clock)
    assert Delivery.objects.filter(state="delivered").count() == 3
    assert all(len(phone.received) == 1 for phone in fcm.phones.values())


# The job and the embedded sender.


def test_the_outbox_keeps_the_same_push_once(divisions: Any):
    push = Push("delivery-1", "system", "题", "文", "group/1", timedelta(hours=1), token="t")
    regional = Push("delivery-2", "system", "题", "文", "", timedelta(hours=1), topic="division-51")
    OutboxSender().send([push, regional])
    OutboxSender().send([push])
    assert list(OutboxPush.objects.order_by("id").values_list("push_id", "target")) == [
        ("delivery-1", "token:t"),
        ("delivery-2", "topic:division-51"),
    ]
    assert OutboxPush.objects.get(push_id="delivery-1").payload == {
        "notification": {"title": "题", "body": "文"},
        "data": {"push_id": "delivery-1", "kind": "system", "link": "group/1"},
        "ttl": 3600,
    }


def test_the_job_delivers_to_the_outbox_where_no_credentials_are_named(told: Delivery):
    assert run_pending() == 1
    assert OutboxPush.objects.get().target == f"token:{told.device.token}"
    assert not OrmQ.objects.exists()


def test_the_job_leaves_a_delayed_push_until_it_is_due(villager: User, make_device: Devices, tell: Tell):
    make_device(villager)
    tell(villager, delay_seconds=0.6)
    tasks.deliver_due()
    assert run_pending() == 0
    assert not OutboxPush.objects.exists()
    time.sleep(0.7)
    assert run_pending() == 1
    assert OutboxPush.objects.exists()


def test_the_job_comes_again_when_a_passing_error_is_due(
    told: Delivery, running_fcm: fake.Running, fcm: FakeFcm, settings: Any, request: pytest.FixtureRequest
):
    from backend.notifications.senders import sender

    settings.FIREBASE_CREDENTIALS = str(running_fcm.credentials)
    sender.cache_clear()
    request.addfinalizer(sender.cache_clear)
    OrmQ.objects.all().delete()
    fcm.fail(told.device.token, fake.INTERNAL)
    tasks.deliver_due()
    told.refresh_from_db()
    assert abs(OrmQ.objects.get().lock - told.due_at) < timedelta(seconds=1)
    sender().close()  # type: ignore[attr-defined] # it is a FirebaseSender
