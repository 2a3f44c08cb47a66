"""What time alone does to a connection: it must introduce itself, answer pings, do something, and sign in again."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from datetime import UTC, datetime
from typing import Any

from backend.schema.server import protocol
from backend.schema.server.bounds import Bounds

Close = Callable[[int, str], Coroutine[Any, Any, None]]
Say = Callable[[bytes], Awaitable[None]]


class Vigil:
    """The timers of one connection. `close` and `say` are how it acts; neither may raise."""

    def __init__(self, bounds: Bounds, close: Close, say: Say) -> None:
        self._bounds = bounds
        self._close = close
        self._say = say
        self._loop = asyncio.get_running_loop()
        self._timers: dict[str, asyncio.TimerHandle] = {}
        self._acting: set[asyncio.Task[None]] = set()
        self._heard_at = self._loop.time()
        self._stopped = False

    def opened(self) -> None:
        """The client has a limited time to introduce itself."""
        self._close_in("init", self._bounds.init_seconds, protocol.INIT_TIMEOUT, "Connection initialisation timeout")

    def introduced(self) -> None:
        """It has."""
        self._clear("init")

    def acknowledged(self) -> None:
        """From now on it must be there, and do something."""
        self.rested()
        self._set("silence", self._bounds.ping_seconds, self._listen)

    def heard(self) -> None:
        """Something came from the client."""
        self._heard_at = self._loop.time()

    def working(self) -> None:
        """An operation runs."""
        self._clear("idle")

    def rested(self) -> None:
        """No operation runs any more."""
        seconds = self._bounds.idle_seconds
        self._close_in("idle", seconds, protocol.NORMAL, f"Idle: nothing was asked for {seconds:g} s")

    def token_ends(self, expires_at: datetime | None) -> None:
        """Warn before that moment, and close at it; None: the token never ends."""
        self._clear("token")
        if expires_at is not None:

            async def warn() -> None:
                self._close_in("token", _left(expires_at), protocol.FORBIDDEN, "TOKEN_EXPIRED")
                await self._say(protocol.ping({"type": protocol.SIGN_IN_AGAIN, "expiresAt": expires_at}))

            self._set("token", _left(expires_at) - self._bounds.warning_seconds, warn)

    def stop(self) -> None:
        """It is over, whatever is asked for after this."""
        self._stopped = True
        for timer in self._timers.values():
            timer.cancel()
        self._timers.clear()
        for task in self._acting - {asyncio.current_task()}:
            task.cancel()

    async def _listen(self) -> None:
        """Ask a client that has been silent whether it is still there."""
        silent = self._loop.time() - self._heard_at
        if silent < self._bounds.ping_seconds:
            self._set("silence", self._bounds.ping_seconds - silent, self._listen)
            return
        asked_at = self._loop.time()

        async def judge() -> None:
            if self._heard_at < asked_at:
                await self._close(protocol.TRY_AGAIN_LATER, "No answer to a ping: reconnect and resume")
            else:
                await self._listen()

        self._set("silence", self._bounds.pong_seconds, judge)
        await self._say(protocol.ping())

    def _close_in(self, name: str, seconds: float, code: int, reason: str) -> None:
        self._set(name, seconds, lambda: self._close(code, reason))

    def _set(self, name: str, seconds: float, action: Callable[[], Coroutine[Any, Any, None]]) -> None:
        """Do it after so many seconds; what was to be done under the same name is not done."""
        self._clear(name)
        if not self._stopped:
            self._timers[name] = self._loop.call_later(max(seconds, 0), self._act, name, action)

    def _clear(self, name: str) -> None:
        if timer := self._timers.pop(name, None):
            timer.cancel()

    def _act(self, name: str, action: Callable[[], Coroutine[Any, Any, None]]) -> None:
        del self._timers[name]
        task = self._loop.create_task(action())
        self._acting.add(task)
        task.add_done_callback(self._acting.discard)


def _left(moment: datetime) -> float:
    return (moment - datetime.now(UTC)).total_seconds()
