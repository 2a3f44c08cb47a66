"""How an answer leaves by HTTP: status, headers, and what shared caches may do with it."""

from collections.abc import Awaitable, Callable, MutableMapping
from dataclasses import dataclass, field
from typing import Any

NOT_MODIFIED = 304
Headers = list[tuple[bytes, bytes]]


@dataclass(frozen=True, slots=True)
class Freshness:
    """Leave to keep an answer. Whoever computes one may put this into its `Context`; only GET without errors uses it.

    `etag` is the bare validator: one for each content, different for each thing that the answer depends on.
    """

    etag: str
    #: Seconds for which it may be used without asking again.
    max_age: int = 0
    #: Whether it is the same for everyone, so that caches between us and the client may keep it as well.
    public: bool = False
    vary: tuple[str, ...] = ("accept", "authorization")

    def headers(self) -> Headers:
        """As HTTP says it."""
        scope = "public" if self.public else "private"
        freshness = f"max-age={self.max_age}" if self.max_age else "no-cache"
        return [
            (b"cache-control", f"{scope}, {freshness}".encode()),
            (b"etag", self._quoted.encode()),
            (b"vary", ", ".join(self.vary).encode()),
        ]

    def is_held(self, if_none_match: str) -> bool:
        """Whether the client holds this content already, by what its If-None-Match says."""
        held = [tag.strip().removeprefix("W/") for tag in if_none_match.split(",")]
        return "*" in held or self._quoted in held

    @property
    def _quoted(self) -> str:
        return f'"{self.etag}"'


@dataclass(slots=True)
class Reply:
    """One HTTP response."""

    status: int
    body: bytes
    media_type: str
    headers: Headers = field(default_factory=list)
    freshness: Freshness | None = None

    def head(self) -> Headers:
        """The headers of the whole answer."""
        return [*self._shared_headers(), *self._body_headers()]

    def final_status(self, if_none_match: str) -> int:
        """304 where the client holds the same content already."""
        held = self.freshness is not None and bool(if_none_match) and self.freshness.is_held(if_none_match)
        return NOT_MODIFIED if held else self.status

    async def send(self, send: Callable[[MutableMapping[str, Any]], Awaitable[None]], if_none_match: str = "") -> None:
        """Send it by ASGI, with its final status."""
        status = self.final_status(if_none_match)
        held = status == NOT_MODIFIED
        headers = [*self._shared_headers(), *([] if held else self._body_headers())]
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": b"" if held else self.body})

    def _shared_headers(self) -> Headers:
        caching = self.freshness.headers() if self.freshness else [(b"cache-control", b"no-store")]
        return [*caching, (b"x-content-type-options", b"nosniff"), *self.headers]

    def _body_headers(self) -> Headers:
        content_type = self.media_type if "charset" in self.media_type else f"{self.media_type}; charset=utf-8"
        return [(b"content-type", content_type.encode()), (b"content-length", str(len(self.body)).encode())]
