"""What a resolver may know about the request it answers."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol
from uuid import uuid4

from graphql import GraphQLResolveInfo

from backend.errors import SignInRequired


@dataclass(frozen=True, slots=True)
class Identity:
    """Who a token stands for. `expires_at` is when a socket opened with it must end; None never."""

    viewer: Any = None
    expires_at: datetime | None = None
    token: str = ""


ANONYMOUS = Identity()

#: The codes with which `Tokens.identify` refuses: the client must sign in again.
UNAUTHORIZED_CODES = frozenset({"TOKEN_INVALID", "TOKEN_EXPIRED"})


class Tokens(Protocol):
    """Who knows what bearer tokens stand for. Both are called in a thread that may use the database."""

    def identify(self, token: str) -> Identity:
        """Whose token it is; "" is nobody's. Raises a Refusal of UNAUTHORIZED_CODES for one that does not hold."""

    def holding(self, tokens: Collection[str]) -> set[str]:
        """Those of the tokens that still hold."""


@dataclass(slots=True)
class Context:
    """One request: its person (None when nobody signed in), address and id."""

    identity: Identity = ANONYMOUS
    address: str = ""
    request_id: str = field(default_factory=lambda: uuid4().hex[:16])

    @property
    def viewer(self) -> Any:
        """The person asking, or None."""
        return self.identity.viewer


def viewer_of(info: GraphQLResolveInfo) -> Any:
    """The signed-in person. Raises SignInRequired when there is none."""
    viewer = info.context.viewer
    if viewer is None:
        raise SignInRequired
    return viewer
