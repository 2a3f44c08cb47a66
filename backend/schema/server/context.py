"""What a resolver may know about the request it answers."""

from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from datetime import datetime
from random import getrandbits
from typing import Any, Protocol, TypeVar

from graphql import GraphQLResolveInfo

from backend.errors import SignInRequired
from backend.schema.server.deadline import TimeLimit
from backend.schema.server.observe import Observation
from backend.schema.server.replies import Freshness
from backend.schema.server.watch import watched

T = TypeVar("T")


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


def _new_id() -> str:
    """16 digits that tell requests apart in a log. Nothing is kept safe by them, so a cheap source will do."""
    return f"{getrandbits(64):016x}"


@dataclass(slots=True)
class Context:
    """One request: its person (None when nobody signed in), address and id.

    `freshness` is for whoever computes the answer to set: then HTTP lets caches keep it. `seen` is what the log and the
    metrics will say of it.
    """

    identity: Identity = ANONYMOUS
    address: str = ""
    request_id: str = field(default_factory=_new_id)
    freshness: Freshness | None = None
    #: Whether the client takes answers that are compressed.
    takes_gzip: bool = False
    limit: TimeLimit | None = None
    seen: Observation = field(default_factory=Observation)

    async def in_thread(self, function: Callable[..., T], *arguments: Any) -> T:
        """What a function that uses the database returns, for resolvers that open a stream.

        It runs under the operation's time limit and is counted. Raises TimedOut, OutcomeUnknown or Busy.
        """

        def work() -> T:
            with watched(self.seen):
                return function(*arguments)

        return await (self.limit or TimeLimit()).run(work)

    @property
    def viewer(self) -> Any:
        """The person asking, or None."""
        return self.identity.viewer


def signed_in(context: Context) -> Any:
    """The person asking. Raises SignInRequired when there is none."""
    if context.viewer is None:
        raise SignInRequired
    return context.viewer


def viewer_of(info: GraphQLResolveInfo) -> Any:
    """The person asking, for a resolver. Raises SignInRequired when there is none."""
    return signed_in(info.context)
