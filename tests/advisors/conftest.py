"""A village with an advisor and two villagers in its group."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from backend.accounts.models import User
from backend.advisors import services
from backend.advisors.models import Advisor, Appointment, VillageGroup
from backend.advisors.selectors import today
from backend.regions.models import Division

VILLAGE, NEIGHBOUR = "510114006003", "510114006004"


@dataclass
class Village:
    """The people of the tests."""

    division: Division
    neighbour: Division
    advisor: Advisor
    appointment: Appointment
    group: VillageGroup
    villager: User
    other: User
    stranger: User


def period(days: int = 365) -> dict[str, date]:
    return {"starts_on": today(), "ends_on": today() + timedelta(days=days)}


@pytest.fixture
def make_advisor(make_user: Callable[..., User]) -> Callable[..., Advisor]:
    """Makes advisors with licences of their own."""
    made = iter(range(1, 1000))

    def make(**values: object) -> Advisor:
        number = next(made)
        return Advisor.objects.create(
            user=make_user(nickname=f"律师{number}"),
            kind=Advisor.Kind.LAWYER,
            licence_number=f"1510120261{number:07d}",
            office="测试律师事务所",
            **values,
        )

    return make


@pytest.fixture
def village(
    divisions: dict[str, Division], make_user: Callable[..., User], make_advisor: Callable[..., Advisor]
) -> Village:
    advisor = make_advisor()
    home, neighbour = divisions[VILLAGE], divisions[NEIGHBOUR]
    appointment = services.appoint_advisor(advisor=advisor, village=home, **period())
    villager, other, stranger = (make_user(nickname=name) for name in ("王大姐", "李大哥", "外村人"))
    group = services.join_village(user=villager, village=home)
    services.join_village(user=other, village=home)
    services.join_village(user=stranger, village=neighbour)
    return Village(home, neighbour, advisor, appointment, group, villager, other, stranger)


@pytest.fixture
def picture_bytes(settings: Any, tmp_path: Path) -> bytes:
    """A small JPEG; files of the test go into its own folder."""
    settings.MEDIA_ROOT = tmp_path
    data = BytesIO()
    Image.new("RGB", (640, 480), "#446688").save(data, "JPEG")
    return data.getvalue()
