"""The schema, ready to serve, with the people of `backend.accounts` behind its tokens."""

from collections.abc import Collection
from functools import cache

from backend.accounts import tokens
from backend.schema import schema
from backend.schema.server.context import ANONYMOUS, Identity
from backend.schema.server.engine import Engine


class _AccessTokens:
    """The opaque tokens of `backend.accounts`, as the transport wants to ask about them."""

    def identify(self, token: str) -> Identity:
        """Whose token it is. Raises TokenInvalid or TokenExpired."""
        if not token:
            return ANONYMOUS
        user, expires_at = tokens.identify(token)
        return Identity(viewer=user, expires_at=expires_at, token=token)

    def holding(self, held: Collection[str]) -> set[str]:
        """Those of the tokens that still hold."""
        return tokens.holding(held)


@cache
def engine() -> Engine:
    """The one engine of this process."""
    return Engine(schema.graphql_schema, _AccessTokens())
