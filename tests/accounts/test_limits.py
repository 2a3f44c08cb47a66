"""How often a code may be asked for."""

import time

import pytest

from backend.accounts import limits
from backend.accounts.errors import TooManyRequests
from tests.accounts.conftest import ADDRESS, OTHER_PHONE, PHONE, at_once


def refused(phone: str = PHONE, address: str = ADDRESS) -> int:
    with pytest.raises(TooManyRequests) as caught:
        limits.take_code_request(phone, address)
    assert str(caught.value.retry_after) in caught.value.message
    return caught.value.retry_after


def test_one_a_minute_for_a_phone_whatever_the_address() -> None:
    limits.take_code_request(PHONE, ADDRESS)
    assert 58 <= refused() <= 60
    assert 58 <= refused(address="203.0.113.9") <= 60
    limits.take_code_request(OTHER_PHONE, ADDRESS)


def test_the_gap_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "PHONE_GAP_SECONDS", 1)
    limits.take_code_request(PHONE, ADDRESS)
    assert refused() == 1
    time.sleep(1.1)
    limits.take_code_request(PHONE, ADDRESS)


def test_ten_a_day_for_a_phone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "_take_gap", lambda *_: None)
    for number in range(limits.PHONE_A_DAY):
        limits.take_code_request(PHONE, f"198.51.100.{number}")
    seconds = refused(address="203.0.113.1")
    assert 0 < seconds <= limits.DAY
    limits.take_code_request(OTHER_PHONE, ADDRESS)


def test_an_address_has_its_hour(settings: object, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.CODES_PER_ADDRESS_HOUR = 3  # type: ignore[attr-defined]
    monkeypatch.setattr(limits, "HOUR", 2)
    while time.time() % 2 > 0.5:  # begin with a window
        time.sleep(0.05)
    for number in range(3):
        limits.take_code_request(f"+861000000020{number}", ADDRESS)
    assert refused("+8610000000209") <= 2
    limits.take_code_request("+8610000000209", "203.0.113.1")
    time.sleep(2.1)
    limits.take_code_request("+8610000000210", ADDRESS)


def test_a_refused_phone_costs_the_address(settings: object) -> None:
    """Otherwise one address could try any number of phones for those that asked within the minute."""
    settings.CODES_PER_ADDRESS_HOUR = 3  # type: ignore[attr-defined]
    limits.take_code_request(PHONE, ADDRESS)
    refused()
    refused()
    assert refused(OTHER_PHONE) > 60 or time.time() % 3600 > 3500


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", True),
        ("2001:db8:1:2::1", "2001:db8:1:3::1", False),
        ("::ffff:198.51.100.7", "198.51.100.7", True),
        ("::ffff:198.51.100.7", "::ffff:198.51.100.8", False),
        ("198.51.100.7", "198.51.100.8", False),
        ("", "", True),
        ("unix:", "unix:", True),
    ],
)
def test_what_counts_as_one_address(one: str, other: str, same: bool, settings: object) -> None:
    settings.CODES_PER_ADDRESS_HOUR = 1  # type: ignore[attr-defined]
    limits.take_code_request(PHONE, one)
    if same:
        refused(OTHER_PHONE, other)
    else:
        limits.take_code_request(OTHER_PHONE, other)


def test_twenty_at_once_get_one_place() -> None:
    outcomes = at_once(20, lambda _: limits.take_code_request(PHONE, ADDRESS))
    assert outcomes.count(None) == 1
    assert all(isinstance(outcome, TooManyRequests) for outcome in outcomes if outcome is not None)


def test_twenty_at_once_get_as_many_places_as_an_address_has(settings: object) -> None:
    settings.CODES_PER_ADDRESS_HOUR = 7  # type: ignore[attr-defined]
    outcomes = at_once(20, lambda n: limits.take_code_request(f"+86100000003{n:02d}", ADDRESS))
    assert outcomes.count(None) == 7


def test_the_wait_is_told_in_seconds_and_in_minutes_where_that_helps() -> None:
    assert TooManyRequests(42).message == "获取验证码太频繁，请 42 秒后再试"
    assert TooManyRequests(3541).message == "获取验证码太频繁，请 3541 秒（约 60 分钟）后再试"
