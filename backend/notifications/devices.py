"""Writes of phones and of the topics that they follow."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from backend.accounts.models import User
from backend.jobs import enqueue
from backend.notifications import rules
from backend.notifications.errors import InvalidDeviceToken
from backend.notifications.models import Device, TopicSubscription
from backend.regions import rules as regions

SYNC = "backend.notifications.tasks.sync_topics"
#: One person's phones; where there are more, those longest unseen are let go.
MAX_DEVICES = 10


def register_device(*, user: User, token: str, platform: str) -> Device:
    """Say that the person holds the phone with this token, now.

    A phone that was another account's leaves that one; one that was inactive is active again. It will follow the
    topics of where the person lives. Raises InvalidDeviceToken.
    """
    if not rules.is_device_token(token):
        raise InvalidDeviceToken(field="token")
    values = {
        "user": user,
        "platform": Device.Platform(platform),
        "active": True,
        "seen_at": timezone.now(),
    }
    with transaction.atomic():
        device, _ = Device.objects.update_or_create(token=token, defaults=values)
        surplus = list(Device.objects.filter(user=user, active=True).order_by("-seen_at", "-pk")[MAX_DEVICES:])
        _deactivate(surplus)
        _want_topics([device], user.village_id)
    return device


def unregister_device(*, user: User, token: str) -> None:
    """Push to the phone no longer; nothing happens where it is not the person's."""
    with transaction.atomic():
        _deactivate(list(Device.objects.select_for_update().filter(user=user, token=token, active=True)))


def village_changed(user_id: int) -> None:
    """Let the person's phones follow the topics of where they live now. To be called in the transaction that moves
    them.
    """
    with transaction.atomic():
        village = User.objects.values_list("village_id", flat=True).get(pk=user_id)
        devices = list(Device.objects.select_for_update().filter(user=user_id, active=True).order_by("pk"))
        _want_topics(devices, village)


def retire_stale(*, now: datetime) -> int:
    """Let go of phones that have not registered for 60 days. Returns how many."""
    stale = Device.objects.select_for_update().filter(active=True, seen_at__lt=now - rules.STALE_AFTER)
    with transaction.atomic():
        devices = list(stale.order_by("seen_at")[:1000])
        _deactivate(devices)
    return len(devices)


def retire_dead(*, device_ids: Iterable[int], seen_before: datetime) -> None:
    """Let go of phones whose token FCM calls dead, unless they have registered since `seen_before`.

    FCM has forgotten what they followed, so that is forgotten here too.
    """
    with transaction.atomic():
        dead = Device.objects.select_for_update().filter(pk__in=set(device_ids), seen_at__lte=seen_before)
        keys = list(dead.order_by("pk").values_list("pk", flat=True))
        Device.objects.filter(pk__in=keys).update(active=False)
        TopicSubscription.objects.filter(device__in=keys).delete()


def _deactivate(devices: list[Device]) -> None:
    if devices:
        Device.objects.filter(pk__in=[device.pk for device in devices]).update(active=False)
        _want_topics(devices, None)


def _want_topics(devices: list[Device], village: str | None) -> None:
    """Let the phones follow exactly the topics of the village's lineage; a job makes the difference at FCM.

    The caller holds the devices' rows, so two moves at once cannot mix.
    """
    wanted = {rules.topic_of(code) for code in regions.lineage(village)} if village else set()
    rows = TopicSubscription.objects.filter(device__in=devices)
    known = set(rows.values_list("device_id", "topic"))
    fresh = [
        TopicSubscription(device=device, topic=topic, wanted=True)
        for device in devices
        for topic in sorted(wanted)
        if (device.pk, topic) not in known
    ]
    unwanted = rows.exclude(topic__in=wanted)
    unwanted.filter(held=False).delete()
    changed = _set_wanted(unwanted.filter(wanted=True), wanted=False)
    changed += _set_wanted(rows.filter(topic__in=wanted, wanted=False), wanted=True)
    TopicSubscription.objects.bulk_create(fresh)
    if fresh or changed:
        for device in devices:
            enqueue(SYNC, device.pk)


def _set_wanted(rows: QuerySet[TopicSubscription], *, wanted: bool) -> int:
    """A worker that is at the row keeps its lease: when it settles, the row is an errand again."""
    return rows.update(wanted=wanted, due_at=timezone.now(), attempts=0)
