"""A web application of one answer, so that these tests start nothing but what they test."""

from typing import Any


async def application(scope: dict[str, Any], receive: Any, send: Any) -> None:
    """Answers "hello" to everything; GET /pid says who answers."""
    import os

    if scope["type"] == "lifespan":
        while True:
            kind = (await receive())["type"]
            await send({"type": f"{kind}.complete"})
            if kind == "lifespan.shutdown":
                return
    assert scope["type"] == "http"
    await send({"type": "http.response.start", "status": 200, "headers": []})
    body = str(os.getpid()) if scope["path"] == "/pid" else "hello"
    await send({"type": "http.response.body", "body": body.encode()})
