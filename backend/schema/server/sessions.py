"""Open sockets by their token, so that a sign-out or a disabled account ends them too."""

import asyncio
import logging
from collections import defaultdict
from typing import Protocol
from weakref import WeakKeyDictionary

from backend.live.threads import in_thread
from backend.schema.server.context import Tokens

log = logging.getLogger(__name__)


class Endable(Protocol):
    """Something that lives by a token."""

    async def end_session(self) -> None:
        """The token holds no more."""


class Sessions:
    """The sockets of one process that came with a token.

    `recheck_seconds` is how long one may outlive it: all are looked up together.
    """

    def __init__(self, tokens: Tokens, recheck_seconds: float) -> None:
        self._tokens = tokens
        self._recheck_seconds = recheck_seconds
        self._open: defaultdict[str, set[Endable]] = defaultdict(set)
        self._watchers: WeakKeyDictionary[asyncio.AbstractEventLoop, asyncio.Task[None]] = WeakKeyDictionary()

    def add(self, token: str, socket: Endable) -> None:
        """Watch a socket's token from now on."""
        self._open[token].add(socket)
        loop = asyncio.get_running_loop()
        if loop not in self._watchers or self._watchers[loop].done():
            self._watchers[loop] = loop.create_task(self._watch(), name="sessions")

    def discard(self, token: str, socket: Endable) -> None:
        """The socket has closed."""
        sockets = self._open.get(token)
        if sockets is not None:
            sockets.discard(socket)
            if not sockets:
                del self._open[token]

    async def _watch(self) -> None:
        """Look again and again, as long as any socket is open."""
        while self._open:
            await asyncio.sleep(self._recheck_seconds)
            try:
                await self._recheck()
            except Exception:
                log.exception("tokens of open sockets could not be looked up; trying again")

    async def _recheck(self) -> None:
        known = list(self._open)
        holding = await in_thread(self._tokens.holding, known)
        for token in known:
            if token not in holding:
                for socket in list(self._open.get(token, ())):
                    await socket.end_session()
