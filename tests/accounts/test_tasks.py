"""What is swept, and what is not."""

import time
from collections.abc import Callable
from datetime import timedelta
from threading import Event

import pytest
from django.contrib.sessions.models import Session
from django.db import transaction
from django.utils import timezone

from backend.accounts import services, tasks, tokens
from backend.accounts.models import AccessToken, DevelopmentSms, RoleGrant, User
from backend.regions.models import Division
from tests.accounts.conftest import ADDRESS, OTHER_PHONE, PHONE, at_once, code_sent_to, nothing_changes

LONG_AGO = timedelta(hours=25)


def age() -> None:
    """A day and an hour go by for every account."""
    User.objects.update(code_requested_at=timezone.now() - LONG_AGO)


def test_an_account_that_nobody_proved_goes_after_a_day(challenged: tuple[str, str]) -> None:
    with nothing_changes():
        assert tasks.sweep_provisional_accounts() == 0
    age()
    assert tasks.sweep_provisional_accounts() == 1
    assert tasks.sweep_provisional_accounts() == 0
    assert User.objects.count() == 0


def test_asking_again_begins_a_new_day(challenged: tuple[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    age()
    monkeypatch.setattr("backend.accounts.limits._take_gap", lambda *_: None)
    services.request_code(phone=PHONE, address=ADDRESS)
    with nothing_changes():
        assert tasks.sweep_provisional_accounts() == 0


def test_an_account_that_was_proved_once_stays(challenged: tuple[str, str]) -> None:
    services.confirm_code(challenge=challenged[0], code=challenged[1], address=ADDRESS)
    age()
    with nothing_changes():
        assert tasks.sweep_provisional_accounts() == 0


def test_an_account_that_staff_made_stays_though_its_phone_was_never_proved(db: None) -> None:
    services.enrol_person(phone=PHONE)
    services.request_code(phone=PHONE, address=ADDRESS)
    age()
    with nothing_changes():
        assert tasks.sweep_provisional_accounts() == 0


def test_an_account_that_something_refers_to_stays(challenged: tuple[str, str], divisions: dict[str, Division]) -> None:
    user = User.objects.get()
    RoleGrant.objects.create(user=user, role="official", division=divisions["510114006003"])
    User.objects.update(provisional=True)
    age()
    with nothing_changes():
        assert tasks.sweep_provisional_accounts() == 0


def test_a_run_takes_the_oldest_and_at_most_a_batch(
    make_user: Callable[..., User], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tasks, "BATCH", 2)
    now = timezone.now()
    for hours in (30, 26, 40):
        make_user(provisional=True, code_requested_at=now - timedelta(hours=hours), nickname=str(hours))
    assert tasks.sweep_provisional_accounts() == 2
    assert User.objects.get().nickname == "26"


@pytest.mark.django_db(transaction=True)
def test_proving_a_phone_and_sweeping_it_at_once_end_in_one_of_the_two() -> None:
    for phone in (PHONE, OTHER_PHONE):
        challenge = services.request_code(phone=phone, address=ADDRESS)
        code = code_sent_to(phone)
        age()

        def act(number: int, challenge: str = challenge, code: str = code) -> object:
            if number:
                return tasks.sweep_provisional_accounts()
            return services.confirm_code(challenge=challenge, code=code, address=ADDRESS)

        signed_in, swept = at_once(2, act)
        assert isinstance(signed_in, services.SignIn) == (swept == 0)
        assert User.objects.filter(phone=phone).exists() == (swept == 0)
        if swept == 0:
            assert tokens.identify(signed_in.token)[0].phone == phone


@pytest.mark.django_db(transaction=True)
def test_an_account_that_is_being_claimed_is_looked_at_again() -> None:
    services.request_code(phone=PHONE, address=ADDRESS)
    age()
    claimed = Event()

    def act(number: int) -> object:
        if number:
            claimed.wait(20)
            return tasks.sweep_provisional_accounts()
        with transaction.atomic():
            services.enrol_person(phone=PHONE)
            claimed.set()
            time.sleep(0.5)  # long enough for the sweep to have found the account and to wait for its row
        return None

    assert at_once(2, act) == [None, 0]
    assert User.objects.get().phone == PHONE


def test_expired_tokens_go_after_a_week(make_user: Callable[..., User]) -> None:
    user = make_user()
    kept, recent, old = (tokens.issue(user) for _ in range(3))
    for number, days in ((1, 6), (2, 8)):
        row = AccessToken.objects.order_by("pk")[number]
        AccessToken.objects.filter(pk=row.pk).update(expires_at=timezone.now() - timedelta(days=days))
    assert tasks.sweep_tokens() == 1
    assert tasks.sweep_tokens() == 0
    assert AccessToken.objects.count() == 2
    assert tokens.identify(kept)[0] == user
    assert recent != old


def test_challenges_that_nobody_answered_go(challenged: tuple[str, str]) -> None:
    tasks.sweep_sessions()
    assert Session.objects.count() == 1
    Session.objects.update(expire_date=timezone.now() - timedelta(seconds=1))
    tasks.sweep_sessions()
    assert Session.objects.count() == 0


def test_development_messages_go_after_a_day(challenged: tuple[str, str]) -> None:
    assert tasks.sweep_development_sms() == 0
    DevelopmentSms.objects.update(sent_at=timezone.now() - LONG_AGO)
    assert tasks.sweep_development_sms() == 1
