"""The operations of one connection: many at a time, each under the client's own id.

Queries and mutations run as over HTTP, but take no answers that are kept. For subscriptions, events that many follow
are rendered once: whoever asked the same question gets the same bytes, with only the operation's id put in front.
"""

import asyncio
import logging
from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import dataclass
from functools import partial
from typing import Any, Protocol

from graphql import ExecutionResult, GraphQLError, OperationType

from backend.errors import Refusal
from backend.live.hub import Event, SlowListener
from backend.schema.server import protocol
from backend.schema.server.bounds import Bounds
from backend.schema.server.context import Context, Identity
from backend.schema.server.documents import Document, InvalidDocument
from backend.schema.server.engine import Engine, encode
from backend.schema.server.errors import format_error, format_refusal
from backend.schema.server.protocol import CloseSocket, Departed
from backend.schema.server.questions import question_key
from backend.schema.server.requests import Parameters

log = logging.getLogger(__name__)


class TooManyOperations(Refusal):
    """A socket has as many operations open as it may."""

    code = "TOO_MANY_OPERATIONS"
    message = "同时进行的操作太多，请稍后再试"


class Peer(Protocol):
    """The connection, as its operations see it."""

    identity: Identity

    async def send(self, frame: bytes) -> None:
        """Raises CloseSocket or Departed."""

    async def close(self, code: int, reason: str) -> None:
        """Raises nothing."""

    def working(self) -> None:
        """An operation runs."""

    def rested(self) -> None:
        """None runs any more."""


@dataclass(eq=False, slots=True)
class Operation:
    """One operation and whose request it is. Only the one that holds an id may send under it."""

    id: str
    parameters: Parameters
    context: Context


class Operations:
    """Those of one connection that are not over."""

    def __init__(self, engine: Engine, peer: Peer, address: str, bounds: Bounds) -> None:
        self._engine = engine
        self._peer = peer
        self._address = address
        self._bounds = bounds
        self._open: dict[str, tuple[Operation, asyncio.Task[None]]] = {}
        #: Also those that were cancelled and still put away what they held.
        self._tasks: set[asyncio.Task[None]] = set()
        self._turns = asyncio.Semaphore(bounds.at_once)
        #: Streams open beside what is computed: slow queries must not keep a phone from its messages.
        self._openings = asyncio.Semaphore(bounds.at_once)

    async def start(self, identifier: str, parameters: Parameters) -> None:
        """Begin an operation. Raises CloseSocket where its id is in use."""
        if identifier in self._open:
            raise CloseSocket(protocol.DUPLICATE_ID, f"Subscriber for {identifier} already exists")
        if len(self._open) >= self._bounds.operations:
            await self._peer.send(protocol.error(identifier, [format_refusal(TooManyOperations())]))
            return
        operation = Operation(identifier, parameters, Context(self._peer.identity, self._address))
        task = asyncio.create_task(self._run(operation))
        self._open[identifier] = operation, task
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        self._peer.working()

    def complete(self, identifier: str) -> None:
        """The client wants no more of it. Ids that nothing runs under are what is left of a race."""
        if found := self._open.get(identifier):
            operation, task = found
            self._forget(operation)
            task.cancel()

    def stop(self) -> None:
        """Let none of them send any more."""
        self._open.clear()
        for task in self._tasks - {asyncio.current_task()}:
            task.cancel()

    async def end(self) -> None:
        """Stop them, and wait until each has put away what it held."""
        self.stop()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _forget(self, operation: Operation) -> bool:
        """Give up its id. False where that was done before."""
        found = self._open.get(operation.id)
        if found is None or found[0] is not operation:
            return False
        del self._open[operation.id]
        if not self._open:
            self._peer.rested()
        return True

    async def _run(self, operation: Operation) -> None:
        try:
            errors = await self._errors(operation)
            if errors:
                operation.context.seen.refused(errors)
            if self._forget(operation):
                over = protocol.error(operation.id, errors) if errors else protocol.complete(operation.id)
                await self._peer.send(over)
        except CloseSocket as closing:
            await self._peer.close(closing.code, closing.reason)
        except Departed:
            log.debug("request %s: the client left before its answer", operation.context.request_id)
        finally:
            self._finish(operation.context)

    def _finish(self, context: Context) -> None:
        self._engine.observer.finish(context.seen, context.request_id)

    async def _errors(self, operation: Operation) -> list[dict[str, Any]]:
        """Run it; what stopped it, as the client may see it. Raises CloseSocket or Departed."""
        try:
            return await self._answer(operation)
        except (CloseSocket, Departed):
            raise
        except SlowListener as slow:
            raise CloseSocket(protocol.TRY_AGAIN_LATER, "Too slow: reconnect and resume") from slow
        except Exception as error:  # noqa: BLE001 - the boundary: it is logged, and the client told a number
            return [format_error(GraphQLError("", original_error=error), operation.context.request_id)]

    async def _answer(self, operation: Operation) -> list[dict[str, Any]]:
        """Send every result of the operation; the errors for which it never began, if any."""
        try:
            document, asked = await self._engine.asked(operation.parameters, operation.context)
        except InvalidDocument as invalid:
            return [format_error(error, operation.context.request_id) for error in invalid.errors]
        if asked.operation is OperationType.SUBSCRIPTION:
            return await self._stream(operation, document)
        return await self._single(operation, document)

    async def _single(self, operation: Operation, document: Document) -> list[dict[str, Any]]:
        """A query or a mutation.

        Its turn lasts until its thread is done, even where the client wants no more of it, and until its answer is
        sent: neither what is computed nor what waits for a slow network can grow with what a client asks for.
        """
        # Before it waits: what waits must be of a sane size.
        parameters = operation.parameters
        operation.context.seen.cost = document.admit(parameters.operation_name, parameters.variables)
        await self._turns.acquire()
        working = asyncio.ensure_future(self._engine.limit.run(partial(self._execute, operation, document)))
        try:
            response = await asyncio.shield(working)
            if "data" not in response:
                return list(response["errors"])
            if "errors" in response:
                operation.context.seen.refused(response["errors"])
            self._finish(operation.context)  # how long the network takes is no measure of ours
            await self._next(operation, encode(response))
            return []
        finally:
            working.add_done_callback(self._turn_is_over)

    def _turn_is_over(self, working: "asyncio.Future[Any]") -> None:
        self._turns.release()
        if not working.cancelled():
            working.exception()  # nobody waits for that of an operation which the client has left

    def _execute(self, operation: Operation, document: Document) -> dict[str, Any]:
        self._identify(operation.context)
        return self._engine.perform(
            document,
            operation.context,
            variables=operation.parameters.variables,
            operation_name=operation.parameters.operation_name,
        )

    def _identify(self, context: Context) -> None:
        """Look the token up again, as each HTTP request does. Raises CloseSocket where it holds no more."""
        try:
            self._engine.identify(self._peer.identity.token, context)
        except Refusal as refusal:
            raise CloseSocket(protocol.FORBIDDEN, refusal.code) from refusal

    async def _stream(self, operation: Operation, document: Document) -> list[dict[str, Any]]:
        parameters, context = operation.parameters, operation.context
        async with self._openings:
            await self._engine.limit.run(partial(self._identify, context))
            source = await self._engine.subscribe(document, context, parameters.variables, parameters.operation_name)
        if isinstance(source, ExecutionResult):
            return list(self._engine.response(source, context)["errors"])
        self._finish(context)  # how long the client then listens is no measure of ours
        await self._follow(operation, source, document)
        return []

    async def _follow(self, operation: Operation, source: AsyncGenerator[Event, None], document: Document) -> None:
        question = question_key(document, operation.parameters.operation_name, operation.parameters.variables)
        async with aclosing(source):
            async for event in source:
                await self._next(operation, await self._rendered(event, question, document, operation.parameters))

    async def _rendered(self, event: Event, question: str, document: Document, parameters: Parameters) -> bytes:
        """The event's answer, executed by the first who needs it.

        It is executed without a viewer: what many get must not depend on who happened to come first.
        """
        future = event.rendered.get(question)
        if future is None:
            future = asyncio.ensure_future(self._render(event, document, parameters))
            event.rendered[question] = future
        # Shielded: a client that leaves must not cancel what the others wait for.
        return await asyncio.shield(future)

    async def _render(self, event: Event, document: Document, parameters: Parameters) -> bytes:
        context = Context()
        context.seen.about(document.operation(parameters.operation_name), document.digest, trusted=document.trusted)
        context.seen.kind = "event"

        def work() -> bytes:
            return encode(
                self._engine.execute(
                    document,
                    context,
                    variables=parameters.variables,
                    operation_name=parameters.operation_name,
                    root=event.value,
                )
            )

        try:
            return await self._engine.limit.run(work, unbounded=True)
        finally:
            self._finish(context)

    async def _next(self, operation: Operation, response: bytes) -> None:
        found = self._open.get(operation.id)
        if found is not None and found[0] is operation:
            await self._peer.send(protocol.next_result(operation.id, response))
