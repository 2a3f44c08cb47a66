"""Who answers what: the GraphQL endpoint here, everything else the application behind it."""

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from backend.live.hub import Hub
from backend.schema.server.engine import Engine
from backend.schema.server.http import GraphQLHTTP
from backend.schema.server.sessions import Sessions
from backend.schema.server.socket import GraphQLSocket

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
ASGIApplication = Callable[[Scope, Receive, Send], Awaitable[None]]


class Application:
    """The whole ASGI application: `path` speaks GraphQL over HTTP and websockets, `otherwise` has the rest."""

    def __init__(
        self,
        engine: Engine,
        *,
        path: str,
        otherwise: ASGIApplication,
        hub: Hub,
        trusted_proxies: int = 0,
        page: bytes | None = None,
    ) -> None:
        self._path = path
        self._otherwise = otherwise
        self._hub = hub
        self._http = GraphQLHTTP(engine, trusted_proxies=trusted_proxies, page=page)
        # Tokens come in `connection_init`, never as cookies, so a foreign page that opens a socket is nobody.
        self._socket: ASGIApplication = GraphQLSocket.as_asgi(
            engine=engine, sessions=Sessions(engine.tokens), trusted_proxies=trusted_proxies
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """ASGI."""
        match scope["type"]:
            case "lifespan":
                await self._live(receive, send)
            case "http" if scope["path"] == self._path:
                await self._http(scope, receive, send)
            case "http":
                await self._otherwise(scope, receive, send)
            case "websocket" if scope["path"] == self._path:
                await self._socket(scope, receive, send)
            case _:
                await receive()
                await send({"type": "websocket.close", "code": 4404})

    async def _live(self, receive: Receive, send: Send) -> None:
        while True:
            message = await receive()
            if message["type"] == "lifespan.startup":
                await self._hub.start()
                await send({"type": "lifespan.startup.complete"})
            else:
                await self._hub.stop()
                await send({"type": "lifespan.shutdown.complete"})
                return
