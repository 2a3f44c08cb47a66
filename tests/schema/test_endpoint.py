"""The edition's day is China's, as the rest of the code counts it."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from backend.schema import endpoint


@pytest.mark.parametrize("day", [datetime(2026, 11, 24, 16, tzinfo=UTC), datetime(2028, 2, 28, 16, tzinfo=UTC)])
def test_the_day_of_the_edition_turns_when_the_calendar_of_china_does(
    monkeypatch: pytest.MonkeyPatch, day: datetime
) -> None:
    counted = []
    for moment in (day - timedelta(seconds=1), day, day + timedelta(hours=23, minutes=59), day + timedelta(days=1)):
        monkeypatch.setattr(endpoint, "time", moment.timestamp)
        counted.append(endpoint._day() - timezone.localdate(moment).toordinal())
    assert len(set(counted)) == 1
