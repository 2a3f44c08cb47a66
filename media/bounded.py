"""A limit on what is read of a request's body, before Django: it takes a body whole before any view can refuse it."""

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from media import rules

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

#: The largest file that any purpose takes, and the form around it.
MAX_BODY_BYTES = max(limits.max_bytes for limits in rules.LIMITS.values()) + rules.MEBIBYTE


class BoundedBodies:
    """An ASGI application that answers 413 for longer bodies, and hands all else to `application`."""

    def __init__(self, application: Callable[[Any, Any, Any], Awaitable[None]], limit: int = MAX_BODY_BYTES) -> None:
        self._application = application
        self._limit = limit

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """ASGI."""
        if scope["type"] != "http":
            await self._application(scope, receive, send)
            return
        length = dict(scope["headers"]).get(b"content-length", b"0")
        if length.isdigit() and int(length) > self._limit:
            await _too_large(send)
            return
        left = self._limit

        async def bounded() -> Message:
            nonlocal left
            message = await receive()
            left -= len(message.get("body", b""))
            # For Django the client has gone: it throws away what it has and answers nothing.
            return message if left >= 0 else {"type": "http.disconnect"}

        await self._application(scope, bounded, send)
        if left < 0:
            await _too_large(send)


async def _too_large(send: Send) -> None:
    headers = [(b"content-type", b"text/plain; charset=utf-8"), (b"connection", b"close")]
    await send({"type": "http.response.start", "status": 413, "headers": headers})
    await send({"type": "http.response.body", "body": "请求内容太大".encode()})
