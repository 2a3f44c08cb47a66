"""Signing in with a code."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth import authenticate
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone

from backend.accounts import services, tokens
from backend.accounts.errors import AccountDisabled, CodeExpired, CodeWrong, TooManyTries
from backend.accounts.models import AccessToken, User
from tests.accounts.conftest import ADDRESS, OTHER_PHONE, PHONE, at_once, code_sent_to, nothing_changes, wrong

Challenged = tuple[str, str]


def confirm(challenge: str, code: str) -> services.SignIn:
    return services.confirm_code(challenge=challenge, code=code, address=ADDRESS)


def test_the_right_code_signs_in(challenged: Challenged) -> None:
    done = confirm(*challenged)
    user, expires_at = tokens.identify(done.token)
    assert (user, expires_at) == (done.user, done.expires_at)
    assert (user.phone, user.provisional) == (PHONE, False)
    assert user.phone_verified_at is not None
    assert AccessToken.objects.count() == 1


def test_no_session_stays_as_a_second_credential(challenged: Challenged) -> None:
    confirm(*challenged)
    assert Session.objects.count() == 0


def test_a_challenge_is_no_session_of_the_console(challenged: Challenged, settings: Any) -> None:
    browser = Client()
    browser.cookies[settings.SESSION_COOKIE_NAME] = challenged[0]
    answer = browser.get("/console/")
    assert answer.status_code == 302
    assert "login" in answer["Location"]


def test_the_same_account_the_next_time(make_user: Callable[..., User]) -> None:
    known = make_user(phone=PHONE, phone_verified_at=timezone.now() - timedelta(days=9), nickname="王大姐")
    challenge = services.request_code(phone=PHONE, address=ADDRESS)
    done = confirm(challenge, code_sent_to(PHONE))
    assert done.user == known
    assert (done.user.nickname, done.user.phone_verified_at) == ("王大姐", known.phone_verified_at)
    assert User.objects.count() == 1


def test_as_people_type_it(challenged: Challenged) -> None:
    challenge, code = challenged
    typed = f" {code[:3]}-{code[3:]} ".translate(str.maketrans("0123456789", "０１２３４５６７８９"))
    assert confirm(challenge, typed).user.phone == PHONE


def test_a_wrong_code_changes_nothing_but_the_count(challenged: Challenged) -> None:
    challenge, code = challenged
    before = list(User.objects.values())
    with pytest.raises(CodeWrong) as caught:
        confirm(challenge, wrong(code))
    assert (caught.value.code, caught.value.field) == ("CODE_WRONG", "code")
    assert list(User.objects.values()) == before
    assert AccessToken.objects.count() == 0
    assert confirm(challenge, code).user.phone == PHONE


@pytest.mark.parametrize("code", ["", "12345", "1234567", "abcdef", "１２３", "1" * 1000, "\ud800"])
def test_what_is_no_code_costs_no_try(challenged: Challenged, code: str) -> None:
    for _ in range(6):
        with nothing_changes(), pytest.raises(CodeWrong):
            confirm(challenged[0], code)
    assert confirm(*challenged).user.phone == PHONE


def test_the_fifth_wrong_code_ends_the_challenge(challenged: Challenged) -> None:
    challenge, code = challenged
    for step in range(1, 5):
        with pytest.raises(CodeWrong):
            confirm(challenge, wrong(code, step))
    with pytest.raises(TooManyTries) as caught:
        confirm(challenge, wrong(code, 5))
    assert caught.value.code == "TOO_MANY_TRIES"
    assert Session.objects.count() == 0
    with nothing_changes(), pytest.raises(CodeExpired):
        confirm(challenge, code)
    assert AccessToken.objects.count() == 0


def test_the_right_code_on_the_fifth_try_signs_in(challenged: Challenged) -> None:
    challenge, code = challenged
    for step in range(1, 5):
        with pytest.raises(CodeWrong):
            confirm(challenge, wrong(code, step))
    assert confirm(challenge, code).user.phone == PHONE


def test_a_code_works_once(challenged: Challenged) -> None:
    confirm(*challenged)
    with nothing_changes(), pytest.raises(CodeExpired) as caught:
        confirm(*challenged)
    assert (caught.value.code, caught.value.field) == ("CODE_EXPIRED", "challenge")


def test_a_code_holds_five_minutes_by_the_session(challenged: Challenged) -> None:
    Session.objects.update(expire_date=timezone.now())
    with nothing_changes(), pytest.raises(CodeExpired):
        confirm(*challenged)


def test_a_code_holds_five_minutes_by_allauth(challenged: Challenged, monkeypatch: pytest.MonkeyPatch) -> None:
    """Even where the session's row lived longer."""
    import time

    Session.objects.update(expire_date=timezone.now() + timedelta(days=1))
    later = time.time() + 299
    monkeypatch.setattr(time, "time", lambda: later)
    with pytest.raises(CodeWrong):
        confirm(challenged[0], wrong(challenged[1]))
    later += 2
    with pytest.raises(CodeExpired):
        confirm(*challenged)
    assert (AccessToken.objects.count(), User.objects.get().provisional) == (0, True)


@pytest.mark.parametrize("challenge", ["", "0" * 32, "A" * 32, "x" * 5000, "' OR 1=1 --", "\ud800", "a\x00"])
def test_an_unknown_challenge(challenged: Challenged, challenge: str) -> None:
    with nothing_changes(), pytest.raises(CodeExpired):
        confirm(challenge, challenged[1])


def test_a_code_answers_only_its_own_challenge(challenged: Challenged) -> None:
    challenge, code = challenged
    other = services.request_code(phone=OTHER_PHONE, address=ADDRESS)
    if code_sent_to(OTHER_PHONE) != code:
        with pytest.raises(CodeWrong):
            confirm(other, code)
    assert confirm(challenge, code).user.phone == PHONE


def test_a_disabled_account_is_told_once_the_phone_is_proved(make_user: Callable[..., User]) -> None:
    make_user(phone=PHONE, is_active=False)
    challenge = services.request_code(phone=PHONE, address=ADDRESS)
    with pytest.raises(CodeWrong):
        confirm(challenge, wrong(code_sent_to(PHONE)))
    with nothing_changes(), pytest.raises(AccountDisabled) as caught:
        confirm(challenge, code_sent_to(PHONE))
    assert caught.value.code == "ACCOUNT_DISABLED"


def test_staff_with_a_phone_get_a_token_and_no_way_into_the_console(make_user: Callable[..., User]) -> None:
    officer = make_user(phone=PHONE, username="officer", is_staff=True, is_superuser=True)
    challenge = services.request_code(phone=PHONE, address=ADDRESS)
    done = confirm(challenge, code_sent_to(PHONE))
    assert done.user == officer
    assert Session.objects.count() == 0
    answer = Client().get("/console/", headers={"authorization": f"Bearer {done.token}"})
    assert answer.status_code == 302


@pytest.mark.parametrize("password", ["", "!", "password", PHONE])
def test_a_phone_account_has_no_password(challenged: Challenged, password: str) -> None:
    user = confirm(*challenged).user
    for name in (user.username, PHONE):
        assert authenticate(username=name, phone=PHONE, password=password) is None


@pytest.mark.parametrize(
    "path", ["/app/v1/auth/code/request", "/app/v1/auth/signup", "/app/v1/auth/session", "/browser/v1/config"]
)
def test_no_address_of_allauth_is_served(db: None, path: str) -> None:
    assert Client().post(path, {}, content_type="application/json").status_code == 404


def test_signing_in_costs_a_fixed_number_of_statements(challenged: Challenged, django_assert_num_queries: Any) -> None:
    challenge, code = challenged
    with django_assert_num_queries(9), pytest.raises(CodeWrong):
        confirm(challenge, wrong(code))
    with django_assert_num_queries(22):
        confirm(challenge, code)


@pytest.mark.django_db(transaction=True)
def test_twenty_wrong_codes_at_once_are_five_tries() -> None:
    challenge = services.request_code(phone=PHONE, address=ADDRESS)
    code = code_sent_to(PHONE)
    outcomes = at_once(20, lambda n: confirm(challenge, wrong(code, n + 1)))
    kinds = [type(outcome) for outcome in outcomes]
    assert (kinds.count(CodeWrong), kinds.count(TooManyTries), kinds.count(CodeExpired)) == (4, 1, 15)
    with pytest.raises(CodeExpired):
        confirm(challenge, code)


@pytest.mark.django_db(transaction=True)
def test_ten_right_codes_at_once_are_one_sign_in() -> None:
    challenge = services.request_code(phone=PHONE, address=ADDRESS)
    code = code_sent_to(PHONE)
    outcomes = at_once(10, lambda _: confirm(challenge, code))
    kinds = [type(outcome) for outcome in outcomes]
    assert (kinds.count(services.SignIn), kinds.count(CodeExpired)) == (1, 9)
    assert (AccessToken.objects.count(), Session.objects.count()) == (1, 0)
