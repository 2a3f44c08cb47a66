"""Signing in and out, a person's profile, and the roles people hold."""

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.db import transaction
from django.utils import timezone

from backend.accounts import headless, limits, rules, tokens
from backend.accounts.errors import (
    AccountDisabled,
    CodeExpired,
    CodeWrong,
    InvalidNickname,
    InvalidPhone,
    RoleDivisionMismatch,
    SmsNotSent,
    TooManyTries,
)
from backend.accounts.models import Language, PeopleGroup, ReaderRole, RoleGrant, User
from backend.errors import Refusal
from backend.regions.models import Division

_CHALLENGE = re.compile(r"[a-z0-9]{32}")
_READS_AS = {
    RoleGrant.Role.LAW_SAVVY: ReaderRole.LAW_SAVVY,
    RoleGrant.Role.OFFICIAL: ReaderRole.OFFICIAL,
    RoleGrant.Role.STAFF: ReaderRole.STAFF,
    RoleGrant.Role.SUPERVISOR: ReaderRole.SUPERVISOR,
}


@dataclass(frozen=True, slots=True)
class SignIn:
    """A finished sign-in; the token is shown this once."""

    user: User
    token: str
    expires_at: datetime


def request_code(*, phone: str, address: str) -> str:
    """Send a code to `phone` and return the challenge that it answers.

    Sign-up and sign-in are one: the account is made where there is none, by the same statements as where there
    is one, so that nothing tells a known phone from an unknown one.
    Raises InvalidPhone, TooManyRequests, SmsNotSent.
    """
    number = rules.normalise_phone(phone, demo=settings.DEMO_PHONES)
    if number is None:
        raise InvalidPhone(field="phone")
    limits.take_code_request(number, address)
    candidate = _account_to_prove(number)
    try:
        return headless.request_code(number, address).session_token
    except SmsNotSent:
        # Only what this call made: an account that was there before has another user name.
        User.objects.filter(username=candidate.username, provisional=True).delete()
        raise


def _account_to_prove(number: str) -> User:
    """Make sure that the phone has an account; the object's user name is in the table only if this call made it."""
    candidate = User(phone=number, provisional=True, code_requested_at=timezone.now(), password=make_password(None))
    User.objects.bulk_create(
        [candidate], update_conflicts=True, unique_fields=["phone"], update_fields=["code_requested_at"]
    )
    return candidate


def confirm_code(*, challenge: str, code: str, address: str) -> SignIn:
    """Sign in with the code of a challenge, which works once.

    Guesses of one challenge wait for each other: allauth counts them by reading and writing back a session.
    Raises CodeWrong, TooManyTries, CodeExpired, AccountDisabled.
    """
    guess = rules.normalise_code(code)
    if guess is None:
        raise CodeWrong(field="code")
    with transaction.atomic():
        if not _hold(challenge):
            raise CodeExpired(field="challenge")
        answer = headless.confirm_code(challenge, guess, address)
        refusal = _settle(challenge, answer)
    # Raised after the commit: a wrong guess must stay counted.
    if refusal:
        raise refusal
    user, expires_at = tokens.identify(answer.access_token)
    return SignIn(user=user, token=answer.access_token, expires_at=expires_at)


def _hold(challenge: str) -> bool:
    """Lock the challenge until the transaction ends; False where there is none."""
    if not _CHALLENGE.fullmatch(challenge):
        return False
    rows = Session.objects.select_for_update().filter(session_key=challenge, expire_date__gt=timezone.now())
    return rows.first() is not None


def _settle(challenge: str, answer: headless.Answer) -> Refusal | None:
    """End what must not live on after an answer, and say what to refuse with. Raises AccountDisabled."""
    if answer.status == HTTPStatus.OK:
        # allauth signed a session in as well; nobody was told its key, and nobody shall use it.
        SessionStore(answer.session_token).delete()
        return None
    if answer.status == HTTPStatus.UNAUTHORIZED:
        raise AccountDisabled
    if answer.status == HTTPStatus.BAD_REQUEST and not answer.was_last_try:
        return CodeWrong(field="code")
    SessionStore(challenge).delete()
    return TooManyTries(field="code") if answer.was_last_try else CodeExpired(field="challenge")


def sign_out(*, token: str) -> None:
    """End a token at once; harmless when it has ended already."""
    tokens.revoke(token)


def update_profile(
    *,
    user: User,
    nickname: str | None = None,
    language: Language | None = None,
    people_groups: Collection[PeopleGroup] | None = None,
) -> User:
    """Change what is given. Raises InvalidNickname."""
    changes: dict[str, Any] = {}
    if nickname is not None:
        cleaned = rules.clean_nickname(nickname)
        if cleaned is None:
            raise InvalidNickname(field="nickname")
        if cleaned != user.nickname and rules.poses_as_office(cleaned):
            raise InvalidNickname("称呼里不能带有职务或机构的字样", field="nickname")
        changes["nickname"] = cleaned
    if language is not None:
        changes["language"] = Language(language).value
    if people_groups is not None:
        changes["people_groups"] = sum({PeopleGroup(group).value for group in people_groups})
    for name, value in changes.items():
        setattr(user, name, value)
    if changes:
        user.save(update_fields=list(changes))
    return user


def enrol_person(*, phone: str, nickname: str = "") -> User:
    """The account of a phone, made where there is none: people are appointed before they first sign in.

    Such an account is never swept as one that merely asked for a code. Raises InvalidPhone, InvalidNickname.
    """
    number = rules.normalise_phone(phone, demo=settings.DEMO_PHONES)
    if number is None:
        raise InvalidPhone(field="phone")
    cleaned = rules.clean_nickname(nickname) if nickname else ""
    if cleaned is None:
        raise InvalidNickname(field="nickname")
    with transaction.atomic():
        user, _ = User.objects.select_for_update().get_or_create(
            phone=number, defaults={"nickname": cleaned, "password": make_password(None)}
        )
        _keep(user)
    return user


def _keep(user: User) -> None:
    """From now on the account is somebody's, whether or not they have signed in yet."""
    if user.provisional:
        user.provisional = False
        user.save(update_fields=["provisional"])


def grant_role(*, user: User, role: RoleGrant.Role, division: Division) -> RoleGrant:
    """Let a person hold a role for a division; a second time changes nothing. Raises RoleDivisionMismatch."""
    if not rules.may_be_held_in(role, division.level):
        raise RoleDivisionMismatch(field="division")
    with transaction.atomic():
        _keep(User.objects.select_for_update().get(pk=user.pk))
        grant, _ = RoleGrant.objects.get_or_create(user=user, role=role, division=division)
        user.note_reader_role(_READS_AS[RoleGrant.Role(role)], held=True)
    return grant


def withdraw_role(*, user: User, role: RoleGrant.Role, division: Division) -> None:
    """Take a role back; harmless where it is not held."""
    with transaction.atomic():
        # As in granting: what is left is looked at and written down with nobody granting in between.
        User.objects.select_for_update().get(pk=user.pk)
        RoleGrant.objects.filter(user=user, role=role, division=division).delete()
        left = RoleGrant.objects.filter(user=user, role=role).exists()
        user.note_reader_role(_READS_AS[RoleGrant.Role(role)], held=left)
