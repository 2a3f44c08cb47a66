"""Topics kept in step at the fake FCM by the real firebase-admin."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from backend.accounts.models import User
from backend.jobs.runner import run_pending
from backend.notifications import services
from backend.notifications.firebase import FirebaseSender
from backend.notifications.leases import LEASE, claim
from backend.notifications.models import Device, TopicSubscription
from backend.notifications.rules import topic_of
from backend.notifications.senders import OutboxSender
from backend.notifications.topics import sync
from backend.regions.rules import lineage
from tests.fakes import fcm as fake
from tests.fakes.fcm import FakeFcm, Fault
from tests.notifications.conftest import FAR_VILLAGE, NEIGHBOUR, VILLAGE
from tests.notifications.test_delivery import Clock

TOKEN = "phone-one:" + "x" * 30


def topics(village: str) -> set[str]:
    return {topic_of(code) for code in lineage(village)}


def held() -> set[str]:
    return set(TopicSubscription.objects.filter(held=True).values_list("topic", flat=True))


@pytest.fixture
def device(villager: User) -> Device:
    return services.register_device(user=villager, token=TOKEN, platform="android")


def move(user: User, village: str) -> None:
    User.objects.filter(pk=user.pk).update(village_id=village)
    services.village_changed(user.pk)


def test_sync_follows_the_lineage_and_is_idempotent(device: Device, firebase: FirebaseSender, fcm: FakeFcm):
    assert sync(firebase, device_id=device.pk) is None
    assert fcm.topics_of(TOKEN) == topics(VILLAGE) == held()
    calls = len(fcm.paths)
    assert calls == 5
    sync(firebase)
    assert len(fcm.paths) == calls


def test_sync_after_a_move_makes_only_the_difference(
    device: Device, villager: User, firebase: FirebaseSender, fcm: FakeFcm
):
    sync(firebase)
    fcm.paths.clear()
    move(villager, NEIGHBOUR)
    sync(firebase)
    assert fcm.topics_of(TOKEN) == topics(NEIGHBOUR) == held()
    assert sorted(method for method, _ in fcm.paths) == ["DELETE", "POST"]
    assert TopicSubscription.objects.count() == 5


def test_sync_after_the_phone_changed_hands(
    device: Device, make_user: Callable[..., User], firebase: FirebaseSender, fcm: FakeFcm
):
    sync(firebase)
    services.register_device(user=make_user(village_id=FAR_VILLAGE), token=TOKEN, platform="android")
    sync(firebase)
    assert fcm.topics_of(TOKEN) == topics(FAR_VILLAGE) == held()


def test_sync_after_sign_out_follows_nothing(device: Device, villager: User, firebase: FirebaseSender, fcm: FakeFcm):
    sync(firebase)
    services.unregister_device(user=villager, token=TOKEN)
    sync(firebase)
    assert fcm.topics_of(TOKEN) == set()
    assert not TopicSubscription.objects.exists()


@pytest.mark.parametrize("fault", [fake.UNREGISTERED, fake.INVALID_TOKEN])
def test_a_dead_token_is_retired(device: Device, firebase: FirebaseSender, fcm: FakeFcm, fault: Fault):
    fcm.fail(TOKEN, fault)
    assert sync(firebase) is None
    device.refresh_from_db()
    assert not device.active
    assert not TopicSubscription.objects.exists()


@pytest.mark.parametrize("fault", [fake.INTERNAL, fake.quota("30"), fake.CUT, fake.WRONG_PROJECT])
def test_a_passing_error_is_tried_again(device: Device, firebase: FirebaseSender, fcm: FakeFcm, fault: Fault):
    fcm.fail(TOKEN, fault)
    clock = Clock()
    again = sync(firebase, clock=clock)
    assert again
    assert timedelta(seconds=5) <= again - clock.now <= timedelta(seconds=10)
    assert len(held()) == 4
    clock.now = again
    assert sync(firebase, clock=clock) is None
    assert fcm.topics_of(TOKEN) == topics(VILLAGE) == held()
    assert Device.objects.get().active


def test_a_worker_killed_between_fcms_answer_and_ours_leaves_an_errand(
    device: Device, villager: User, firebase: FirebaseSender, fcm: FakeFcm
):
    clock = Clock()
    waiting = TopicSubscription.objects.filter(TopicSubscription.WAITING)
    for row in claim(waiting.select_related("device"), now=clock.now, limit=10, held=None):
        fcm.follow(row.device.token, row.topic)  # FCM took it, and then the worker was killed
    services.unregister_device(user=villager, token=TOKEN)
    sync(firebase, clock=clock)
    assert fcm.topics_of(TOKEN) == topics(VILLAGE), "the lease still stands"
    clock.now += LEASE
    sync(firebase, clock=clock)
    assert fcm.topics_of(TOKEN) == set()
    assert not TopicSubscription.objects.exists()


class MovesMeanwhile(OutboxSender):
    """While the changes are on their way, the person moves."""

    def __init__(self, sender: FirebaseSender, user: User) -> None:
        self.sender, self.user = sender, user

    def change_topics(self, changes: Any) -> Any:
        outcomes = self.sender.change_topics(changes)
        if self.user.village_id != FAR_VILLAGE:
            self.user.village_id = FAR_VILLAGE
            move(self.user, FAR_VILLAGE)
        return outcomes


def test_a_move_while_syncing_is_not_lost(device: Device, villager: User, firebase: FirebaseSender, fcm: FakeFcm):
    sync(MovesMeanwhile(firebase, villager))
    assert fcm.topics_of(TOKEN) == topics(FAR_VILLAGE) == held()
    assert TopicSubscription.objects.count() == 5


def test_the_job_syncs_one_phone(device: Device):
    assert run_pending() == 1
    assert held() == topics(VILLAGE)
    assert TopicSubscription.objects.filter(due_at__lte=timezone.now(), lease_until=None).count() == 5
