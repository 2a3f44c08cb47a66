"""The `graphql-transport-ws` protocol on a Channels consumer (source: the protocol text of npm's graphql-ws).

Queries and mutations run as over HTTP. For subscriptions, events that many follow are rendered once: whoever asked
the same question gets the same bytes, with only the operation's id put in front.
"""

import asyncio
import logging
from collections.abc import AsyncGenerator
from contextlib import aclosing
from datetime import UTC, datetime
from typing import Any

import orjson
from channels.generic.websocket import AsyncWebsocketConsumer
from graphql import ExecutionResult, GraphQLError, OperationType

from backend.errors import Refusal
from backend.live.hub import Event, SlowListener
from backend.live.threads import in_thread
from backend.schema.server.addresses import address_of, joined_headers
from backend.schema.server.context import ANONYMOUS, Context, Identity
from backend.schema.server.documents import Document, InvalidDocument
from backend.schema.server.engine import Engine, encode
from backend.schema.server.errors import RequestError, format_error
from backend.schema.server.http import Parameters, bearer_token
from backend.schema.server.questions import question_key
from backend.schema.server.sessions import Sessions

log = logging.getLogger(__name__)

SUBPROTOCOL = "graphql-transport-ws"
INIT_SECONDS = 10.0
SEND_SECONDS = 30.0
MAX_OPERATIONS = 50
#: Queries and mutations of one socket that run at the same time; the others wait their turn.
MAX_AT_ONCE = 2
MAX_MESSAGE_CHARACTERS = 200_000

RESUME_LATER = 1013
BAD_MESSAGE = 4400
UNAUTHORIZED = 4401
FORBIDDEN = 4403
SUBPROTOCOL_NOT_ACCEPTABLE = 4406
INIT_TIMEOUT = 4408
DUPLICATE_ID = 4409
TOO_MANY_INITS = 4429


class ProtocolError(Exception):
    """The client broke the protocol: the socket closes with `code` and a reason it can log."""

    def __init__(self, code: int, reason: str) -> None:
        self.code = code
        self.reason = reason
        super().__init__(reason)


class _Departed(Exception):
    """The client is gone."""


class _SessionOver(Exception):
    """The socket's token holds no more; `code` says why."""

    def __init__(self, code: str) -> None:
        self.code = code
        super().__init__(code)


class GraphQLSocket(AsyncWebsocketConsumer):
    """One client's socket and the operations that run on it."""

    #: No alias of that name exists: Channels then opens no channel of its own for each socket (see backend.live).
    channel_layer_alias = "none"

    def __init__(self, engine: Engine, sessions: Sessions, *, trusted_proxies: int = 0) -> None:
        super().__init__()
        self._engine = engine
        self._sessions = sessions
        self._turns = asyncio.Semaphore(MAX_AT_ONCE)
        self._trusted_proxies = trusted_proxies
        self._identity: Identity = ANONYMOUS
        self._initialised = False
        self._acknowledged = False
        self._operations: dict[str, asyncio.Task[None]] = {}
        self._timer: asyncio.TimerHandle | None = None

    # The socket's life.

    async def connect(self) -> None:
        """Accept the one subprotocol, then wait a limited time for `connection_init`."""
        if SUBPROTOCOL not in self.scope["subprotocols"]:
            await self.accept()
            await self.close(SUBPROTOCOL_NOT_ACCEPTABLE, "Subprotocol not acceptable")
            return
        await self.accept(SUBPROTOCOL)
        self._close_in(INIT_SECONDS, INIT_TIMEOUT, "Connection initialisation timeout")

    async def disconnect(self, code: int) -> None:  # noqa: ARG002 - Channels' signature
        """End whatever still runs."""
        if self._timer:
            self._timer.cancel()
        self._sessions.discard(self._identity.token, self)
        for task in self._operations.values():
            task.cancel()

    async def close(self, code: int | None = None, reason: str | None = None) -> None:
        """Close, if there is still somebody to close."""
        try:
            await super().close(code, reason)
        except OSError:
            log.debug("the client was gone before it was closed with %s", code)

    async def end_session(self) -> None:
        """The token was revoked: the client is told to sign in again."""
        await self.close(FORBIDDEN, "TOKEN_INVALID")

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:  # noqa: ARG002 - Channels'
        """Take one message of the protocol."""
        try:
            await self._handle(_message(text_data))
        except ProtocolError as error:
            await self.close(error.code, error.reason)

    def _close_in(self, seconds: float, code: int, reason: str) -> None:
        if self._timer:
            self._timer.cancel()
        loop = asyncio.get_running_loop()
        self._timer = loop.call_later(seconds, lambda: loop.create_task(self.close(code, reason)))

    # Messages.

    async def _handle(self, message: dict[str, Any]) -> None:
        match message["type"]:
            case "connection_init":
                await self._init(message.get("payload"))
            case "ping":
                await self._say(b'{"type":"pong"}')
            case "pong":
                pass
            case "subscribe":
                self._subscribe(message)
            case "complete":
                if task := self._operations.pop(_operation_id(message), None):
                    task.cancel()
            case _:
                raise ProtocolError(BAD_MESSAGE, "Unknown message type")

    async def _init(self, payload: Any) -> None:
        if self._initialised:
            raise ProtocolError(TOO_MANY_INITS, "Too many initialisation requests")
        self._initialised = True
        if payload is not None and not isinstance(payload, dict):
            raise ProtocolError(BAD_MESSAGE, "connection_init payload must be an object")
        if self._timer:
            self._timer.cancel()
        try:
            self._identity = await in_thread(self._engine.tokens.identify, _token(payload or {}))
        except Refusal as refusal:
            raise ProtocolError(FORBIDDEN, refusal.code) from refusal
        if self._identity.expires_at:
            left = (self._identity.expires_at - datetime.now(UTC)).total_seconds()
            self._close_in(max(left, 0), FORBIDDEN, "TOKEN_EXPIRED")
        if self._identity.token:
            self._sessions.add(self._identity.token, self)
        self._acknowledged = True
        await self._say(b'{"type":"connection_ack"}')

    def _subscribe(self, message: dict[str, Any]) -> None:
        if not self._acknowledged:
            raise ProtocolError(UNAUTHORIZED, "Unauthorized")
        identifier = _operation_id(message)
        if identifier in self._operations:
            raise ProtocolError(DUPLICATE_ID, f"Subscriber for {identifier} already exists")
        if len(self._operations) >= MAX_OPERATIONS:
            raise ProtocolError(BAD_MESSAGE, f"More than {MAX_OPERATIONS} operations on one socket")
        try:
            parameters = Parameters.of(message.get("payload"))
        except RequestError as error:
            raise ProtocolError(BAD_MESSAGE, "Invalid subscribe payload") from error
        self._operations[identifier] = asyncio.create_task(self._run(identifier, parameters))

    # Operations.

    async def _run(self, identifier: str, parameters: Parameters) -> None:
        address = address_of(self.scope, joined_headers(self.scope), self._trusted_proxies)
        context = Context(self._identity, address)
        try:
            await self._end(identifier, await self._errors(identifier, parameters, context))
        except _SessionOver as over:
            await self.close(FORBIDDEN, over.code)
        except SlowListener:
            await self.close(RESUME_LATER, "Too slow: reconnect and resume after the last position")
        except _Departed:
            log.debug("request %s: the client left before its answer", context.request_id)

    async def _end(self, identifier: str, errors: list[dict[str, Any]]) -> None:
        """Say that the operation is over, unless the client ended it itself."""
        if self._operations.pop(identifier, None) is None:
            return
        head = b'{"id":' + orjson.dumps(identifier)
        tail = b',"type":"error","payload":' + orjson.dumps(errors) + b"}" if errors else b',"type":"complete"}'
        await self._send(head + tail)

    async def _errors(self, identifier: str, parameters: Parameters, context: Context) -> list[dict[str, Any]]:
        """Run the operation; what stopped it, as the client may see it. Raises SlowListener."""
        try:
            return await self._answer(identifier, parameters, context)
        except (SlowListener, _Departed, _SessionOver):
            raise
        except Exception as error:  # noqa: BLE001 - the boundary: it is logged, and the client told a number
            return [format_error(GraphQLError("", original_error=error), context.request_id)]

    async def _answer(self, identifier: str, parameters: Parameters, context: Context) -> list[dict[str, Any]]:
        """Send every result of the operation; the errors for which it never began, if any."""
        try:
            document = await self._engine.documents.get(parameters.query)
        except InvalidDocument as invalid:
            return [format_error(error, context.request_id) for error in invalid.errors]
        kind = document.kind(parameters.operation_name)
        if kind is None:
            error = GraphQLError("没有这个名称的操作，或未说明执行哪一个")
            return [format_error(error, context.request_id)]
        if kind is OperationType.SUBSCRIPTION:
            await in_thread(self._identify, context)
            return await self._stream(identifier, document, parameters, context)

        def work() -> dict[str, Any]:
            self._identify(context)
            return self._engine.execute(
                document, context, variables=parameters.variables, operation_name=parameters.operation_name
            )

        async with self._turns:
            response = await in_thread(work)
        if "data" not in response:
            return list(response["errors"])
        await self._next(identifier, encode(response))
        return []

    def _identify(self, context: Context) -> None:
        """Look the token up again, as each HTTP request does. Raises _SessionOver."""
        try:
            context.identity = self._engine.tokens.identify(self._identity.token)
        except Refusal as refusal:
            raise _SessionOver(refusal.code) from refusal

    async def _stream(
        self, identifier: str, document: Document, parameters: Parameters, context: Context
    ) -> list[dict[str, Any]]:
        source = await self._engine.subscribe(document, context, parameters.variables, parameters.operation_name)
        if isinstance(source, ExecutionResult):
            return list(self._engine.response(source, context)["errors"])
        await self._follow(identifier, source, document, parameters)
        return []

    async def _follow(
        self, identifier: str, source: AsyncGenerator[Event, None], document: Document, parameters: Parameters
    ) -> None:
        question = question_key(document, parameters.operation_name, parameters.variables)
        async with aclosing(source):
            async for event in source:
                await self._next(identifier, await self._rendered(event, question, document, parameters))

    async def _rendered(self, event: Event, question: str, document: Document, parameters: Parameters) -> bytes:
        """The event's answer, executed by the first who needs it.

        It is executed without a viewer: what many get must not depend on who happened to come first.
        """
        future = event.rendered.get(question)
        if future is None:

            def work() -> bytes:
                return encode(
                    self._engine.execute(
                        document,
                        Context(),
                        variables=parameters.variables,
                        operation_name=parameters.operation_name,
                        root=event.value,
                    )
                )

            future = asyncio.ensure_future(in_thread(work))
            event.rendered[question] = future
        # Shielded: a client that leaves must not cancel what the others wait for.
        return await asyncio.shield(future)

    async def _next(self, identifier: str, payload: bytes) -> None:
        if identifier in self._operations:
            await self._send(b'{"id":' + orjson.dumps(identifier) + b',"type":"next","payload":' + payload + b"}")

    async def _say(self, frame: bytes) -> None:
        """Send what belongs to no operation; a client that cannot take it is left."""
        try:
            await self._send(frame)
        except SlowListener:
            await self.close(RESUME_LATER, "The network takes nothing more")
        except _Departed:
            log.debug("a client left before it was answered")

    async def _send(self, frame: bytes) -> None:
        """Raises SlowListener where the network takes nothing more, _Departed where nobody is there."""
        try:
            async with asyncio.timeout(SEND_SECONDS):
                await self.send(text_data=frame.decode())
        except TimeoutError as error:
            raise SlowListener from error
        except OSError as error:  # what ASGI servers raise once the client is gone
            raise _Departed from error


def _message(text: str | None) -> dict[str, Any]:
    if text is None or len(text) > MAX_MESSAGE_CHARACTERS:
        raise ProtocolError(BAD_MESSAGE, "Messages are JSON text of limited length")
    try:
        message = orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise ProtocolError(BAD_MESSAGE, "Messages are JSON text") from error
    if not isinstance(message, dict) or not isinstance(message.get("type"), str):
        raise ProtocolError(BAD_MESSAGE, "Messages are objects with a type")
    return message


def _operation_id(message: dict[str, Any]) -> str:
    identifier = message.get("id")
    if not isinstance(identifier, str) or not identifier:
        raise ProtocolError(BAD_MESSAGE, "The operation needs an id")
    return identifier


def _token(payload: dict[str, Any]) -> str:
    """Clients send the header they would send over HTTP, as `Authorization` or `authorization`."""
    header = payload.get("Authorization") or payload.get("authorization") or ""
    if not isinstance(header, str):
        raise ProtocolError(BAD_MESSAGE, "Authorization must be text")
    return bearer_token(header)
