"""Who answers what: the GraphQL endpoint here, everything else the application behind it."""

from threading import Thread
from typing import Final

from backend.live.hub import Hub
from backend.schema.server.answers import Answers
from backend.schema.server.asgi import ASGIApplication, Receive, Scope, Send
from backend.schema.server.bounds import Bounds
from backend.schema.server.http import GraphQLHTTP
from backend.schema.server.socket import GraphQLSockets

METRICS_PATH: Final = "/metrics"


class Application:
    """The whole ASGI application: `path` speaks GraphQL over HTTP and websockets, `otherwise` has the rest.

    `metrics` answers METRICS_PATH; without it that is an address like any other.
    """

    def __init__(
        self,
        answers: Answers,
        *,
        path: str,
        otherwise: ASGIApplication,
        hub: Hub,
        trusted_proxies: int = 0,
        page: bytes | None = None,
        bounds: Bounds | None = None,
        metrics: ASGIApplication | None = None,
    ) -> None:
        self._path = path
        self._otherwise = otherwise
        self._hub = hub
        self._engine = answers.engine
        self._metrics = metrics
        self._http = GraphQLHTTP(answers, trusted_proxies=trusted_proxies, page=page)
        # Tokens come in `connection_init`, never as cookies, so a foreign page that opens a socket is nobody.
        self.sockets = GraphQLSockets(answers.engine, bounds=bounds, trusted_proxies=trusted_proxies)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """ASGI."""
        match scope["type"]:
            case "lifespan":
                await self._live(receive, send)
            case "http" if scope["path"] == self._path:
                await self._http(scope, receive, send)
            case "http" if self._metrics is not None and scope["path"] == METRICS_PATH:
                await self._metrics(scope, receive, send)
            case "http":
                await self._otherwise(scope, receive, send)
            case "websocket" if scope["path"] == self._path:
                await self.sockets(scope, receive, send)
            case _:
                await receive()
                await send({"type": "websocket.close", "code": 4404})

    async def _live(self, receive: Receive, send: Send) -> None:
        while True:
            message = await receive()
            if message["type"] == "lifespan.startup":
                await self._hub.start()
                # Beside the requests, not before them: a large manifest takes seconds.
                Thread(target=self._engine.documents.warm, name="trusted documents", daemon=True).start()
                await send({"type": "lifespan.startup.complete"})
            else:
                await self._hub.stop()
                await self._engine.observer.close()
                await send({"type": "lifespan.shutdown.complete"})
                return
