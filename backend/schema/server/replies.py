"""How an answer leaves by HTTP: status, headers, and what shared caches may do with it."""

from dataclasses import dataclass, field, replace
from functools import cached_property

from backend.schema.server.asgi import Send
from backend.schema.server.compression import GZIP

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
    vary: tuple[str, ...] = ("accept", "authorization", "accept-encoding")

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


@dataclass(frozen=True)
class Reply:
    """One HTTP response; it may be sent several times. `encoding` is how its body is compressed, if it is."""

    status: int
    body: bytes
    media_type: str
    headers: Headers = field(default_factory=list)
    freshness: Freshness | None = None
    encoding: str = ""

    def compressed(self, body: bytes | None) -> "Reply":
        """The same in gzip, where there is such a body. Its etag is another one: each names exact bytes."""
        if body is None:
            return self
        fresh = self.freshness and replace(self.freshness, etag=f"{self.freshness.etag}-{GZIP}")
        return replace(self, body=body, freshness=fresh, encoding=GZIP)

    def final_status(self, if_none_match: str) -> int:
        """304 where the client holds the same content already."""
        held = self.freshness is not None and bool(if_none_match) and self.freshness.is_held(if_none_match)
        return NOT_MODIFIED if held else self.status

    async def send(self, send: Send, status: int, request_id: str = "") -> None:
        """Send it by ASGI with its final status, and with the number of the request where there is one."""
        number = [(b"x-request-id", request_id.encode())] if request_id else []
        held = status == NOT_MODIFIED
        headers = [*(self._shared_headers if held else self._all_headers), *number]
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": b"" if held else self.body})

    @cached_property
    def _shared_headers(self) -> Headers:
        caching = self.freshness.headers() if self.freshness else self._not_kept
        return [*caching, (b"x-content-type-options", b"nosniff"), *self.headers]

    @property
    def _not_kept(self) -> Headers:
        return [(b"cache-control", b"no-store"), *([(b"vary", b"accept-encoding")] if self.encoding else [])]

    @cached_property
    def _all_headers(self) -> Headers:
        content_type = self.media_type if "charset" in self.media_type else f"{self.media_type}; charset=utf-8"
        own = [(b"content-type", content_type.encode()), (b"content-length", str(len(self.body)).encode())]
        encoding = [(b"content-encoding", self.encoding.encode())] if self.encoding else []
        return [*self._shared_headers, *own, *encoding]
