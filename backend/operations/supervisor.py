"""Holds the processes of one machine together: starts them, starts them again, and ends all when it ends."""

import logging
import os
import signal
import subprocess
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Final

from backend.operations.processes import GRACE_SECONDS, LIFELINE_VARIABLE, StopRequest

log = logging.getLogger(__name__)

LONGEST_BACKOFF_SECONDS: Final = 30.0
#: Who has run so long has recovered; the next crash is the first again.
STEADY_SECONDS: Final = 60.0
TICK_SECONDS: Final = 0.2


class FailedToStart(Exception):
    """A child that the others make no sense without ended before it was ready."""


@dataclass(slots=True)
class Child:
    """One process that is to run as long as the supervisor does."""

    name: str
    command: Sequence[str]
    descriptors: Sequence[int] = ()
    process: "subprocess.Popen[bytes] | None" = None
    crashes: int = 0
    started_at: float = 0.0
    start_again_at: float = field(default=0.0)

    def start(self, lifeline: int) -> None:
        """Start it in a session of its own, so that a terminal's Ctrl-C reaches the supervisor alone."""
        self.started_at = time.monotonic()
        self.process = subprocess.Popen(  # noqa: S603 - our own interpreter with our own arguments
            self.command,
            stdin=subprocess.DEVNULL,
            env={**os.environ, LIFELINE_VARIABLE: str(lifeline)},
            pass_fds=[lifeline, *self.descriptors],
            start_new_session=True,
        )

    def is_running(self) -> bool:
        """Whether its process lives."""
        return self.process is not None and self.process.poll() is None

    def signal(self, number: signal.Signals) -> None:
        """Send a signal where its process lives."""
        if self.process is not None and self.is_running():
            self.process.send_signal(number)


class Supervisor:
    """Runs `children` until it is asked to stop; none of them outlives it."""

    def __init__(self, children: Sequence[Child], stop: StopRequest) -> None:
        self._children = children
        self._stop = stop
        # Only this process has the writing end (Python lets no child inherit it), so its end is the supervisor's end.
        self._lifeline, self._held_open = os.pipe()

    def run(self, is_ready: Callable[[], bool], announce: Callable[[], None]) -> None:
        """Start all, announce once when ready, mend what breaks, and end all before returning.

        Raises FailedToStart where a child ends before `is_ready`.
        """
        try:
            for child in self._children:
                child.start(self._lifeline)
            if self._wait_until(is_ready):
                announce()
            while not self._stop.wait(TICK_SECONDS):
                for child in self._children:
                    self._mend(child)
        finally:
            self._end_all()

    def _wait_until(self, is_ready: Callable[[], bool]) -> bool:
        while not self._stop.wait(TICK_SECONDS / 4):
            for child in self._children:
                if not child.is_running():
                    raise FailedToStart(child.name)
            if is_ready():
                return not self._stop.is_set()
        return False

    def _mend(self, child: Child) -> None:
        now = time.monotonic()
        if child.is_running():
            return
        if child.process is not None:
            lived = now - child.started_at
            child.crashes = 1 if lived > STEADY_SECONDS else child.crashes + 1
            backoff = min(2.0 ** (child.crashes - 1), LONGEST_BACKOFF_SECONDS)
            log.error("%s ended with %s; starting it again in %.0f s", child.name, child.process.returncode, backoff)
            child.process = None
            child.start_again_at = now + backoff
        elif now >= child.start_again_at:
            child.start(self._lifeline)

    def _end_all(self) -> None:
        for child in self._children:
            child.signal(signal.SIGTERM)
        deadline = time.monotonic() + GRACE_SECONDS
        while any(child.is_running() for child in self._children):
            if self._stop.is_urgent() or time.monotonic() > deadline:
                for child in self._children:
                    child.signal(signal.SIGKILL)
            time.sleep(0.02)
