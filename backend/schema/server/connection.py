"""One client's connection: its introduction, its pings, its token, and its end."""

import asyncio
import logging
from datetime import UTC, datetime
from functools import partial
from typing import Any

from django.db import InterfaceError, OperationalError

from backend.errors import Forbidden, Refusal
from backend.redaction import describe
from backend.schema.server import protocol
from backend.schema.server.asgi import Receive, Send
from backend.schema.server.bounds import Allowance, Bounds
from backend.schema.server.context import ANONYMOUS, UNAUTHORIZED_CODES, Identity
from backend.schema.server.engine import Engine
from backend.schema.server.operations import Operations
from backend.schema.server.protocol import CloseSocket, Departed, Message, Payload
from backend.schema.server.requests import bearer_token
from backend.schema.server.sessions import Sessions
from backend.schema.server.vigil import Vigil

log = logging.getLogger(__name__)


class Connection:
    """An accepted socket. What its operations send and how it may close go through here."""

    def __init__(self, engine: Engine, sessions: Sessions, bounds: Bounds, address: str, send: Send) -> None:
        self.identity: Identity = ANONYMOUS
        self._engine = engine
        self._sessions = sessions
        self._bounds = bounds
        self._send = send
        self._allowance = Allowance(bounds.burst, bounds.messages_per_second)
        self._vigil = Vigil(bounds, self.close, self.say)
        self._operations = Operations(engine, self, address, bounds)
        self._introduction: asyncio.Task[None] | None = None
        self._acknowledged = False
        self._closed = False

    async def serve(self, receive: Receive) -> None:
        """Live until the client is gone; when this returns nothing of it runs any more."""
        self._vigil.opened()
        try:
            while (event := await receive())["type"] == "websocket.receive":
                if not self._closed:
                    await self._take(event)
        finally:
            await self._release()

    async def _release(self) -> None:
        self._closed = True
        self._vigil.stop()
        if self._introduction:
            self._introduction.cancel()
            await asyncio.wait([self._introduction])
        self._sessions.discard(self.identity.token, self)
        await self._operations.end()

    # What goes out.

    async def send(self, frame: bytes) -> None:
        """Raises CloseSocket where the network takes nothing more, Departed where nobody is there."""
        if self._closed:
            raise Departed
        try:
            async with asyncio.timeout(self._bounds.send_seconds):
                await self._send({"type": "websocket.send", "text": frame.decode()})
        except TimeoutError as error:
            raise CloseSocket(protocol.TRY_AGAIN_LATER, "Too slow: reconnect and resume") from error
        except OSError as error:  # what ASGI servers raise once the client is gone
            raise Departed from error
        except RuntimeError as error:  # what they raise where the socket was closed while this waited for room
            if self._closed:
                raise Departed from error
            raise

    async def say(self, frame: bytes) -> None:
        """Send what belongs to no operation; a client that cannot take it is left. Raises nothing."""
        try:
            await self.send(frame)
        except CloseSocket as closing:
            await self.close(closing.code, closing.reason)
        except Departed:
            log.debug("a client left before it was answered")

    async def close(self, code: int, reason: str) -> None:
        """Close, unless that has been done, and stop what runs. Raises nothing."""
        if self._closed:
            return
        self._closed = True
        self._vigil.stop()
        self._operations.stop()
        try:
            async with asyncio.timeout(self._bounds.send_seconds):
                await self._send({"type": "websocket.close", "code": code, "reason": protocol.fitting(reason)})
        except OSError:  # a TimeoutError is one
            log.debug("the client was gone before it was closed with %s", code)

    async def _fail(self, error: Exception) -> None:
        """Close after an exception that nobody expected. A database that is away is no reason to give up for good."""
        log.error("a socket failed: %s", describe(error))
        if isinstance(error, OperationalError | InterfaceError):
            await self.close(protocol.TRY_AGAIN_LATER, "Not available: try again later")
        else:
            await self.close(protocol.INTERNAL_ERROR, "Internal server error")

    async def end_session(self) -> None:
        """The token holds no more: the client is told to sign in again."""
        expires_at = self.identity.expires_at
        is_over = expires_at is not None and expires_at <= datetime.now(UTC)
        await self.close(protocol.FORBIDDEN, "TOKEN_EXPIRED" if is_over else "TOKEN_INVALID")

    # What comes in.

    async def _take(self, event: Any) -> None:
        self._vigil.heard()
        if not self._allowance.take():
            await self.close(protocol.POLICY, "Too many messages")
            return
        try:
            await self._handle(protocol.read(event, self._bounds))
        except CloseSocket as closing:
            await self.close(closing.code, closing.reason)
        except Departed:
            log.debug("a client left before it was answered")
        except Exception as error:  # noqa: BLE001 - the boundary: it is logged, and the client told
            await self._fail(error)

    async def _handle(self, message: Message) -> None:
        match message:
            case protocol.Init(payload):
                self._introduce(payload or {})
            case protocol.SignIn(payload):
                await self.send(protocol.pong(await self._sign_in(payload)))
            case protocol.Ping(payload):
                await self.send(protocol.pong(payload))
            case protocol.Pong():
                pass
            case protocol.Subscribe(identifier, parameters):
                if not self._acknowledged:
                    raise CloseSocket(protocol.UNAUTHORIZED, "Unauthorized")
                await self._operations.start(identifier, parameters)
            case protocol.Complete(identifier):
                self._operations.complete(identifier)

    def _introduce(self, payload: Payload) -> None:
        """Answer `connection_init` beside the reading, so that what must not come meanwhile is seen to come."""
        if self._introduction:
            raise CloseSocket(protocol.TOO_MANY_INITS, "Too many initialisation requests")
        self._vigil.introduced()
        self._introduction = asyncio.create_task(self._acknowledge(_token(payload)))

    async def _acknowledge(self, token: str) -> None:
        try:
            self._hold(await self._identity_of(token))
        except Refusal as refusal:
            if refusal.code in UNAUTHORIZED_CODES:
                await self.close(protocol.FORBIDDEN, refusal.code)
            else:
                await self.close(protocol.TRY_AGAIN_LATER, f"{refusal.code}: try again later")
        except Exception as error:  # noqa: BLE001 - the boundary: it is logged, and the client told
            await self._fail(error)
        else:
            self._vigil.acknowledged()
            self._acknowledged = True
            await self.say(protocol.ACK)
            self._vigil.token_ends(self.identity.expires_at)

    async def _identity_of(self, token: str) -> Identity:
        """Raises a Refusal: of UNAUTHORIZED_CODES where the token does not hold, else because too much is going on."""
        return await self._engine.limit.run(partial(self._engine.tokens.identify, token)) if token else ANONYMOUS

    def _hold(self, identity: Identity) -> None:
        self._sessions.discard(self.identity.token, self)
        self.identity = identity
        if identity.token:
            self._sessions.add(identity.token, self)

    async def _sign_in(self, payload: Payload) -> Payload:
        """Go on with a newer token of the same person. The answer, which never holds the token.

        What runs goes on. Another person's token is refused: what runs was begun with this one's rights.
        """
        token = _token(payload)
        forbidden = {"type": protocol.SIGN_IN_REFUSED, "code": Forbidden.code}
        if self.identity.viewer is None:  # nobody has signed in here yet
            return forbidden
        try:
            identity = await self._identity_of(token)
        except Refusal as refusal:
            return {"type": protocol.SIGN_IN_REFUSED, "code": refusal.code}
        if identity.viewer != self.identity.viewer:
            return forbidden
        self._hold(identity)
        self._vigil.token_ends(identity.expires_at)
        return {"type": protocol.SIGNED_IN, "expiresAt": identity.expires_at}

    def rested(self) -> None:
        """No operation runs any more."""
        self._vigil.rested()

    def working(self) -> None:
        """An operation runs."""
        self._vigil.working()


def _token(payload: Payload) -> str:
    """Clients send the header that they would send over HTTP, as `Authorization` or `authorization`."""
    header = payload.get("Authorization") or payload.get("authorization") or ""
    if not isinstance(header, str):
        raise CloseSocket(protocol.BAD_MESSAGE, "Authorization must be text")
    return bearer_token(header)
