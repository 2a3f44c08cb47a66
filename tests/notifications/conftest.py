"""What the tests of notifications share."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from backend.accounts.models import User
from backend.notifications.firebase import FirebaseSender
from backend.notifications.models import Device, Notification
from backend.notifications.services import notify_person
from backend.regions.models import Division
from tests.fakes.fcm import FakeFcm, Running

VILLAGE = "510114006003"
NEIGHBOUR = "510114006004"
FAR_VILLAGE = "510112102001"
YESTERDAY = datetime.now(UTC) - timedelta(days=1)


@pytest.fixture(autouse=True)
def no_quiet_hours(settings: Any) -> None:
    """The tests run at any hour; those of quiet hours set their own."""
    settings.QUIET_HOURS = ""


@pytest.fixture(scope="session")
def running_fcm(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    running = Running(tmp_path_factory.mktemp("fcm"))
    yield running
    running.stop()


@pytest.fixture
def fcm(running_fcm: Running, monkeypatch: pytest.MonkeyPatch) -> FakeFcm:
    for name, value in running_fcm.environment.items():
        monkeypatch.setenv(name, value)
    return running_fcm.reset()


@pytest.fixture
def firebase(running_fcm: Running, fcm: FakeFcm) -> Iterator[FirebaseSender]:
    sender = FirebaseSender(str(running_fcm.credentials))
    yield sender
    sender.close()


@pytest.fixture
def villager(make_user: Callable[..., User], divisions: dict[str, Division]) -> User:
    return make_user(village_id=VILLAGE, date_joined=YESTERDAY - timedelta(days=365))


@pytest.fixture
def neighbour(make_user: Callable[..., User], divisions: dict[str, Division]) -> User:
    return make_user(village_id=NEIGHBOUR, date_joined=YESTERDAY - timedelta(days=365))


@pytest.fixture
def make_device() -> Callable[..., Device]:
    def make(user: User, name: str = "phone", **values: Any) -> Device:
        token = f"{name}:".ljust(40, "x")
        return Device.objects.create(**{"user": user, "token": token, "platform": "android", **values})

    return make


@pytest.fixture
def tell() -> Callable[..., Notification]:
    """Notifies a person of something; keyword arguments override."""

    def notify(user: User, **values: Any) -> Notification:
        usual = {
            "kind": Notification.Kind.GROUP_MESSAGE,
            "title": "村法律顾问群",
            "body": "群里有新消息",
            "link": "group/1",
            "key": "message:1",
        }
        return notify_person(recipient_id=user.pk, **{**usual, **values})

    return notify
