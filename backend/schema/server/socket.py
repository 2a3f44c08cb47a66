"""The websocket endpoint: `graphql-transport-ws` as a small ASGI application, open to the internet."""

from backend.addresses import network_of
from backend.schema.server import protocol
from backend.schema.server.addresses import address_of, joined_headers
from backend.schema.server.asgi import Receive, Scope, Send
from backend.schema.server.bounds import Bounds, Places
from backend.schema.server.connection import Connection
from backend.schema.server.engine import Engine
from backend.schema.server.sessions import Sessions


class GraphQLSockets:
    """All sockets of one process. What each may do, and how many there may be, `bounds` says."""

    def __init__(self, engine: Engine, *, bounds: Bounds | None = None, trusted_proxies: int = 0) -> None:
        self._engine = engine
        self._bounds = bounds or Bounds()
        self._trusted_proxies = trusted_proxies
        self.sessions = Sessions(engine.tokens, self._bounds.recheck_seconds)
        self.places = Places(self._bounds)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """ASGI, for scopes of type websocket.

        Whoever is sent away is let in first: only on an open socket do clients get to see a code and a reason.
        """
        await receive()
        if protocol.SUBPROTOCOL not in scope["subprotocols"]:
            await _send_away(send, None, protocol.SUBPROTOCOL_NOT_ACCEPTABLE, "Subprotocol not acceptable")
            return
        address = address_of(scope, joined_headers(scope), self._trusted_proxies)
        with self.places.take(network_of(address)) as free:
            if not free:
                full = "Too many connections: try again later"
                await _send_away(send, protocol.SUBPROTOCOL, protocol.TRY_AGAIN_LATER, full)
                return
            await send({"type": "websocket.accept", "subprotocol": protocol.SUBPROTOCOL})
            await Connection(self._engine, self.sessions, self._bounds, address, send).serve(receive)


async def _send_away(send: Send, subprotocol: str | None, code: int, reason: str) -> None:
    await send({"type": "websocket.accept", "subprotocol": subprotocol})
    await send({"type": "websocket.close", "code": code, "reason": reason})
