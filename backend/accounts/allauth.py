"""How django-allauth is bent to this house: where phones live, how codes go out, what a sign-in yields.

`backend.accounts.headless` asks allauth; this module is what allauth asks back.
"""

import secrets
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.headless.tokens.strategies.sessions import SessionTokenStrategy
from django.conf import settings
from django.db.models import Q
from django.http import HttpRequest
from django.utils import timezone

from backend.accounts import rules, sms, tokens
from backend.accounts.models import User


def _new_code() -> str:
    return f"{secrets.randbelow(10**rules.CODE_LENGTH):0{rules.CODE_LENGTH}d}"


class Adapter(DefaultAccountAdapter):
    """Phones are a column of our User; allauth's sign-up is closed, since asking for a code makes the account."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:  # noqa: ARG002 - allauth's signature
        """Never by allauth's own sign-up: it tells which phones are known."""
        return False

    def clean_phone(self, phone: str) -> str:
        """The number as it came: `services.request_code` has normalised it."""
        return phone

    def get_user_by_phone(self, phone: str) -> User | None:
        """Whose phone it is, verified or not."""
        return User.objects.filter(phone=phone).first()

    def get_phone(self, user: User) -> tuple[str, bool] | None:
        """The phone, and whether it was ever verified."""
        return (user.phone, user.phone_verified_at is not None) if user.phone else None

    def set_phone(self, user: User, phone: str, verified: bool) -> None:
        """Give the account a phone."""
        user.phone = phone
        user.phone_verified_at = timezone.now() if verified else None
        user.save(update_fields=["phone", "phone_verified_at"])

    def set_phone_verified(self, user: User, phone: str) -> None:
        """The first time a code for this phone comes back, the account becomes somebody's."""
        now = timezone.now()
        fresh = Q(phone_verified_at=None) | Q(provisional=True)
        if User.objects.filter(fresh, pk=user.pk, phone=phone).update(phone_verified_at=now, provisional=False):
            user.phone_verified_at, user.provisional = now, False

    def send_verification_code_sms(self, user: User, phone: str, code: str, **_kwargs: Any) -> None:  # noqa: ARG002 - allauth's
        """Send the code. Raises SmsNotSent, which ends the request before allauth keeps anything."""
        sms.send_sign_in_code(phone, code)

    def send_unknown_account_sms(self, phone: str, **_kwargs: Any) -> None:
        """Never asked: the account is made before the code is requested."""
        raise NotImplementedError

    def send_account_already_exists_sms(self, phone: str) -> None:
        """Never asked: allauth's sign-up is closed."""
        raise NotImplementedError

    def generate_login_code(self) -> str:
        """Six digits from the system's randomness."""
        return _new_code()

    def generate_phone_verification_code(self, *, user: User, phone: str) -> str:  # noqa: ARG002 - allauth's
        """Six digits from the system's randomness."""
        return _new_code()


class TokenStrategy(SessionTokenStrategy):
    """A session carries the challenge and nothing more; a sign-in yields one of our own opaque tokens."""

    def create_session_token(self, request: HttpRequest) -> str:
        """The challenge: a session that ends with its code."""
        request.session.set_expiry(settings.CODE_SECONDS)
        return str(super().create_session_token(request))

    def create_access_token(self, request: HttpRequest) -> str:
        """What a phone carries from now on."""
        if not isinstance(request.user, User):
            raise TypeError("nobody signed in")
        return tokens.issue(request.user)
