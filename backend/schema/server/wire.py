"""uvicorn's websocket, made safe for clients that do not read, do not answer, or send what no client sends.

ASGI has no word for "end this connection, whatever the client does", and uvicorn waits for clients in places where
one that reads nothing can keep it waiting for ever: what it was sent stays in memory, and so does its connection.
"""

from asyncio import TimerHandle
from typing import Any, Final

from uvicorn.protocols.utils import ClientDisconnected
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.frames import CloseCode, Frame
from websockets.protocol import State

from backend.schema.server.bounds import Allowance

RESTARTING: Final = "The server restarts: reconnect and resume"


class BoundedWebSocket(WebSocketsSansIOProtocol):
    """What uvicorn takes as `ws`. Every connection that is to close is closed, at the latest after `linger_seconds`."""

    #: How long a client may take to read what it was sent, and to say goodbye.
    linger_seconds = 10.0
    #: The same when the server stops; below the time that uvicorn gives connections then.
    stopping_seconds = 2.0
    #: Frames that no application sees: pings, and the parts of a message that is sent in pieces.
    unseen_burst = 300
    unseen_per_second = 30.0

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._unseen = Allowance(self.unseen_burst, self.unseen_per_second)
        self._end: TimerHandle | None = None
        self._stopping = False

    async def send(self, message: Any) -> None:
        """A goodbye does not wait for room behind what the client has not read."""
        # uvicorn may have closed by itself, over a broken frame, while the application still had one to answer.
        if self._stopping or (self.handshake_complete and self.close_sent):
            raise ClientDisconnected
        if message["type"] == "websocket.close":
            self.writable.set()
            await super().send(message)
            self._end_in(self.linger_seconds)
        else:
            await super().send(message)

    def shutdown(self) -> None:
        """The server stops: clients are told that it will be back, and may read and answer that."""
        if self.handshake_complete and self.conn.state is State.OPEN:
            self.stop_keepalive()
            self._stopping = self.close_sent = True
            self.queue.put_nowait({"type": "websocket.disconnect", "code": CloseCode.SERVICE_RESTART})
            self.conn.send_close(CloseCode.SERVICE_RESTART, RESTARTING)
            self.transport.write(b"".join(self.conn.data_to_send()))
            self.close_timer = self.loop.call_later(self.stopping_seconds, self.transport.close)
            self.transport.resume_reading()
            self.writable.set()
        elif self.conn.state is State.CONNECTING:
            super().shutdown()
        self._end_in(self.stopping_seconds)

    def send_receive_event_to_app(self) -> None:
        """uvicorn answers text that is no UTF-8 in the same way, and writes a traceback into the log."""
        if self.curr_msg_data_type == "text" and not _is_text(self.frames):
            self._refuse(CloseCode.INVALID_DATA, "Text is UTF-8")
        else:
            super().send_receive_event_to_app()

    def handle_ping(self) -> None:
        """Answers wait in memory until they are read, so pings must not come without end."""
        super().handle_ping()
        self._count_unseen()

    def handle_cont(self, event: Frame) -> None:
        """Pieces wait in memory until the last has come; empty ones have no size that would add up to a limit."""
        super().handle_cont(event)
        self._count_unseen()

    def handle_close(self, event: Frame) -> None:
        """The client leaves, or answers our goodbye, and need not have read what it was sent before."""
        super().handle_close(event)
        self._end_in(self.linger_seconds)

    def handle_parser_exception(self) -> None:
        """What came is no websocket."""
        super().handle_parser_exception()
        self._end_in(self.linger_seconds)

    def connection_lost(self, exc: Exception | None) -> None:
        """It is over."""
        if self._end:
            self._end.cancel()
        super().connection_lost(exc)

    def _count_unseen(self) -> None:
        if not self._unseen.take():
            self._refuse(CloseCode.POLICY_VIOLATION, "Too many frames")

    def _refuse(self, code: CloseCode, reason: str) -> None:
        if self.conn.state is State.OPEN:
            self.conn.fail(code, reason)
            self.handle_parser_exception()

    def _end_in(self, seconds: float) -> None:
        """Whatever is still to be sent then is given up."""
        if self._end is None:
            self._end = self.loop.call_later(seconds, self.transport.abort)


def _is_text(parts: list[bytes]) -> bool:
    try:
        b"".join(parts).decode()
    except UnicodeDecodeError:
        return False
    return True


#: How uvicorn is to be run for this: clients are asked whether they are there by the protocol's own pings, because
#: uvicorn ends those that do not answer with a code that npm's graphql-ws takes for final.
OPTIONS: Final[dict[str, Any]] = {
    "ws": BoundedWebSocket,
    "ws_ping_interval": None,
    # Larger than any message that the protocol's own limit lets through, so that the limit's own refusal is seen.
    "ws_max_size": 1_000_000,
    "ws_per_message_deflate": False,  # costs more CPU and memory than it saves on small frames
}
