"""The least that the server can do: an ASGI application that answers the same bytes to whatever is asked."""

import os
from collections.abc import Awaitable, Callable, MutableMapping
from pathlib import Path
from typing import Any

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

_BODY = Path(os.environ["BENCH_ANSWER"]).read_bytes()
_HEADERS = [(b"content-type", b"application/json; charset=utf-8"), (b"content-length", str(len(_BODY)).encode())]
_START = {"type": "http.response.start", "status": 200, "headers": _HEADERS}
_END = {"type": "http.response.body", "body": _BODY}


async def application(_scope: Scope, _receive: Receive, send: Send) -> None:
    """ASGI."""
    await send(_START)
    await send(_END)
