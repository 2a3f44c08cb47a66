"""Opaque access tokens: what a phone carries instead of a password."""

import hashlib
import secrets
from collections.abc import Collection
from datetime import datetime, timedelta

from django.conf import settings
from django.utils import timezone

from backend.accounts.errors import TokenExpired, TokenInvalid
from backend.accounts.models import AccessToken, User

#: Tokens looked up in one statement.
BATCH = 1000


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def issue(user: User) -> str:
    """A new token of 256 random bits for `user`, valid for TOKEN_DAYS; only its digest is kept."""
    token = secrets.token_urlsafe(32)
    expires_at = timezone.now() + timedelta(days=settings.TOKEN_DAYS)
    AccessToken.objects.create(user=user, digest=_digest(token), expires_at=expires_at)
    return token


def identify(token: str) -> tuple[User, datetime]:
    """Whose token it is, with their village, and until when; one SQL statement. Raises TokenInvalid or TokenExpired."""
    row = AccessToken.objects.select_related("user__village").filter(digest=_digest(token)).first()
    if row is None or row.revoked_at or not row.user.is_active:
        raise TokenInvalid
    if row.expires_at <= timezone.now():
        raise TokenExpired
    return row.user, row.expires_at


def holding(held: Collection[str]) -> set[str]:
    """Those of the tokens that have not ended, in one SQL statement for each BATCH of them."""
    by_digest = {_digest(token): token for token in held}
    digests = list(by_digest)
    found: set[str] = set()
    for start in range(0, len(digests), BATCH):
        rows = AccessToken.objects.filter(
            digest__in=digests[start : start + BATCH],
            revoked_at=None,
            expires_at__gt=timezone.now(),
            user__is_active=True,
        )
        found.update(by_digest[digest] for digest in rows.values_list("digest", flat=True))
    return found


def revoke(token: str) -> None:
    """End a token at once; harmless when it has ended already."""
    AccessToken.objects.filter(digest=_digest(token), revoked_at=None).update(revoked_at=timezone.now())
