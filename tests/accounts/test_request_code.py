"""Asking for a code."""

import json
import logging
import re
from collections.abc import Callable
from datetime import timedelta
from http.server import BaseHTTPRequestHandler
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from backend.accounts import rules, services
from backend.accounts.errors import InvalidPhone, SmsNotSent, TooManyRequests
from backend.accounts.models import AccessToken, DevelopmentSms, User
from tests.accounts.conftest import ADDRESS, OTHER_PHONE, PHONE, at_once, code_sent_to, nothing_changes


def statements(action: Callable[[], object]) -> list[str]:
    """The SQL that the action runs, with every value blanked."""
    with CaptureQueriesContext(connection) as captured:
        action()
    return [re.sub(r"'[^']*'|\b\d+\b|_x\d+", "?", query["sql"]) for query in captured]


def test_a_first_time_makes_an_account_that_nobody_can_open(db: None) -> None:
    challenge = services.request_code(phone="１００ 0000 0101", address=ADDRESS)
    user = User.objects.get()
    assert (user.phone, user.provisional, user.phone_verified_at) == (PHONE, True, None)
    assert not user.has_usable_password()
    assert re.fullmatch(r"[a-z0-9]{32}", challenge)
    assert re.fullmatch(r"[0-9]{6}", code_sent_to(PHONE))
    assert AccessToken.objects.count() == 0
    assert Session.objects.get().expire_date - timezone.now() <= timedelta(seconds=300)


def test_nothing_tells_a_known_phone_from_an_unknown_one(make_user: Callable[..., User]) -> None:
    make_user(phone=OTHER_PHONE, phone_verified_at=timezone.now())
    unknown = statements(lambda: services.request_code(phone=PHONE, address=ADDRESS))
    known = statements(lambda: services.request_code(phone=OTHER_PHONE, address=ADDRESS))
    disabled_phone = "+8610000000103"
    make_user(phone=disabled_phone, is_active=False)
    disabled = statements(lambda: services.request_code(phone=disabled_phone, address=ADDRESS))
    assert unknown == known == disabled
    assert len(unknown) > 3
    assert set(DevelopmentSms.objects.values_list("phone", flat=True)) == {PHONE, OTHER_PHONE, disabled_phone}


def test_a_known_account_is_left_as_it_is(make_user: Callable[..., User]) -> None:
    user = make_user(phone=PHONE, nickname="王大姐", phone_verified_at=timezone.now())
    before = User.objects.values().get(pk=user.pk)
    services.request_code(phone=PHONE, address=ADDRESS)
    after = User.objects.values().get()
    assert after.pop("code_requested_at") is not None
    before.pop("code_requested_at")
    assert after == before


@pytest.mark.parametrize("phone", ["", "123", "+8521000000101", "call me", "1" * 5000])
def test_a_malformed_phone_is_refused(db: None, phone: str) -> None:
    with nothing_changes(), pytest.raises(InvalidPhone) as caught:
        services.request_code(phone=phone, address=ADDRESS)
    assert (caught.value.code, caught.value.field) == ("INVALID_PHONE", "phone")


def test_demo_phones_are_refused_where_there_is_no_demo(db: None, settings: Any) -> None:
    settings.DEMO_PHONES = False
    with nothing_changes(), pytest.raises(InvalidPhone):
        services.request_code(phone=PHONE, address=ADDRESS)


def test_a_second_code_within_the_minute_is_refused_and_sends_nothing(challenged: tuple[str, str]) -> None:
    with nothing_changes(), pytest.raises(TooManyRequests):
        services.request_code(phone=PHONE, address="203.0.113.1")


def test_the_refusal_is_the_same_for_a_known_phone(make_user: Callable[..., User]) -> None:
    make_user(phone=OTHER_PHONE, phone_verified_at=timezone.now())
    messages = set()
    for phone in (PHONE, OTHER_PHONE):
        services.request_code(phone=phone, address=ADDRESS)
        with pytest.raises(TooManyRequests) as caught:
            services.request_code(phone=phone, address=ADDRESS)
        messages.add(re.sub(r"\d+", "?", caught.value.message))
    assert len(messages) == 1


def test_a_new_code_does_not_answer_an_old_challenge(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("backend.accounts.limits._take_gap", lambda *_: None)
    challenges = {services.request_code(phone=PHONE, address=ADDRESS) for _ in range(3)}
    assert len(challenges) == 3
    assert User.objects.count() == 1


class Gateway(BaseHTTPRequestHandler):
    """What a real SMS gateway looks like from here."""

    status = 200
    received: list[tuple[dict[str, str], dict[str, Any]]] = []

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        type(self).received.append((dict(self.headers), body))
        self.send_response(type(self).status)
        self.end_headers()

    def log_message(self, *_args: object) -> None:
        pass


@pytest.fixture
def through_gateway(serve: Callable[..., str], settings: Any, monkeypatch: pytest.MonkeyPatch) -> type[Gateway]:
    """Codes go over HTTP. The demo range is moved away, so that the gateway is asked for a number of nobody."""
    Gateway.status, Gateway.received = 200, []
    settings.SMS_SENDER, settings.SMS_URL, settings.SMS_TOKEN = "http", serve(Gateway), "sesame"
    monkeypatch.setattr(rules, "is_demo_phone", lambda _phone: False)
    return Gateway


def test_the_code_that_the_gateway_gets_signs_in(db: None, through_gateway: type[Gateway]) -> None:
    challenge = services.request_code(phone=PHONE, address=ADDRESS)
    [(headers, body)] = through_gateway.received
    assert headers["Authorization"] == "Bearer sesame"
    assert body["phone"] == PHONE
    assert body["template"] == "sign_in_code"
    assert body["parameters"]["code"] in body["text"]
    done = services.confirm_code(challenge=challenge, code=body["parameters"]["code"], address=ADDRESS)
    assert done.user.phone == PHONE
    assert DevelopmentSms.objects.count() == 0


def test_nothing_is_kept_when_the_gateway_fails(
    db: None, through_gateway: type[Gateway], caplog: pytest.LogCaptureFixture
) -> None:
    through_gateway.status = 503
    with nothing_changes(), pytest.raises(SmsNotSent) as caught:
        services.request_code(phone=PHONE, address=ADDRESS)
    assert caught.value.code == "SMS_NOT_SENT"
    [(_, body)] = through_gateway.received
    assert PHONE[3:] not in caplog.text
    assert body["parameters"]["code"] not in caplog.text


def test_an_account_that_was_there_before_survives_a_failing_gateway(
    make_user: Callable[..., User], through_gateway: type[Gateway]
) -> None:
    known = make_user(phone=PHONE, provisional=True, code_requested_at=timezone.now())
    through_gateway.status = 500
    with pytest.raises(SmsNotSent):
        services.request_code(phone=PHONE, address=ADDRESS)
    assert User.objects.get() == known
    assert Session.objects.count() == 0


@pytest.mark.django_db(transaction=True)
def test_no_transaction_is_open_while_a_message_is_sent() -> None:
    seen: list[bool] = []

    class Watch(logging.Handler):
        def emit(self, _record: logging.LogRecord) -> None:
            seen.append(connection.in_atomic_block)

    watch = Watch()
    logging.getLogger("backend.accounts.sms").addHandler(watch)
    try:
        services.request_code(phone=PHONE, address=ADDRESS)
    finally:
        logging.getLogger("backend.accounts.sms").removeHandler(watch)
    assert seen == [False]


@pytest.mark.django_db(transaction=True)
def test_twenty_requests_at_once_make_one_account_and_one_message() -> None:
    outcomes = at_once(20, lambda _: services.request_code(phone=PHONE, address=ADDRESS))
    assert [type(outcome) for outcome in outcomes].count(str) == 1
    assert sum(isinstance(outcome, TooManyRequests) for outcome in outcomes) == 19
    assert (User.objects.count(), DevelopmentSms.objects.count(), Session.objects.count()) == (1, 1, 1)
