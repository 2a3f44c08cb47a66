"""A limit on what is read of a request's body, before Django: it takes a body whole before any view can refuse it."""

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any
from urllib.parse import parse_qs

from django.core.signing import BadSignature

from media import rules
from media.disk import DiskStorage
from media.models import MediaFile

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

#: The largest picture, and the form around it: what any address takes.
MAX_BODY_BYTES = rules.LIMITS[MediaFile.Purpose.COVER].max_bytes + rules.MEBIBYTE
#: The largest file of any purpose, and the form around it: what the console's upload of recordings and videos takes.
LARGE_BODY_BYTES = max(limits.max_bytes for limits in rules.LIMITS.values()) + rules.MEBIBYTE
_CONSOLE_UPLOADS = "/console/media-files/"
_TICKETS = "/media/upload"


class BoundedBodies:
    """An ASGI application that answers 413 for longer bodies, and hands all else to `application`.

    More than `limit` bytes come in by the console's form for files, or by a ticket that was signed for more.
    """

    def __init__(self, application: Callable[[Any, Any, Any], Awaitable[None]], limit: int = MAX_BODY_BYTES) -> None:
        self._application = application
        self._limit = limit

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """ASGI."""
        if scope["type"] != "http":
            await self._application(scope, receive, send)
            return
        length = dict(scope["headers"]).get(b"content-length", b"0")
        left = max(self._limit, _allowed(scope))
        if length.isdigit() and int(length) > left:
            await _too_large(send)
            return

        async def bounded() -> Message:
            nonlocal left
            message = await receive()
            left -= len(message.get("body", b""))
            # For Django the client has gone: it throws away what it has and answers nothing.
            return message if left >= 0 else {"type": "http.disconnect"}

        await self._application(scope, bounded, send)
        if left < 0:
            await _too_large(send)


def _allowed(scope: Scope) -> int:
    """How much this address takes; 0 where it is nothing special."""
    path = scope["path"]
    if path == _TICKETS:
        try:
            ticket = parse_qs(scope["query_string"].decode("latin-1")).get("ticket", [""])[0]
            return DiskStorage.read_ticket(ticket)[2] + rules.MEBIBYTE
        except BadSignature:
            return 0
    return LARGE_BODY_BYTES if path.startswith(_CONSOLE_UPLOADS) else 0


async def _too_large(send: Send) -> None:
    headers = [(b"content-type", b"text/plain; charset=utf-8"), (b"connection", b"close")]
    await send({"type": "http.response.start", "status": 413, "headers": headers})
    await send({"type": "http.response.body", "body": "请求内容太大".encode()})
