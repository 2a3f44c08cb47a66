"""What keeps processes together: a polite stop, and a lifeline to the parent."""

import os
import resource
import select
import signal
import threading
from contextlib import suppress
from types import FrameType
from typing import Final

#: Names, in a child's environment, the descriptor of the pipe that its parent holds open while it lives.
LIFELINE_VARIABLE: Final = "SERVE_LIFELINE_FD"
#: How long whoever is asked to stop may take to finish what is in work.
GRACE_SECONDS: Final = 6.0


class StopRequest:
    """Set by SIGINT or SIGTERM from the moment that it is made. Signals only reach the main thread: make it there."""

    def __init__(self) -> None:
        self._count = 0
        self._reader, self._writer = os.pipe()
        signal.signal(signal.SIGINT, self._on_signal)
        signal.signal(signal.SIGTERM, self._on_signal)

    def _on_signal(self, _number: int, _frame: FrameType | None) -> None:
        self._count += 1
        os.write(self._writer, b"s")

    def is_set(self) -> bool:
        """Whether someone asked to stop."""
        return self._count > 0

    def is_urgent(self) -> bool:
        """Whether someone asked more than once."""
        return self._count > 1

    def wait(self, seconds: float) -> bool:
        """Wait so many seconds, or until someone asks to stop. Returns whether someone did."""
        if not self.is_set():
            select.select([self._reader], [], [], seconds)
        return self.is_set()


def allow_files(needed: int) -> bool:
    """Let this process open so many files and connections. False where the machine does not allow that many.

    A server with none left does not even answer that it is full.
    """
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft == resource.RLIM_INFINITY or soft >= needed:
        return True
    allowed = needed if hard == resource.RLIM_INFINITY else min(needed, hard)
    with suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_NOFILE, (allowed, hard))
    return resource.getrlimit(resource.RLIMIT_NOFILE)[0] >= needed


def follow_parent() -> None:
    """End this process at once when its parent is gone, where the parent has tied it to itself.

    The parent holds the write end of a pipe; the system closes it even when the parent is killed with signal 9. That
    is a crash of the whole, which everything here survives, so nothing is tidied up that might keep the port taken.
    """
    descriptor = os.environ.pop(LIFELINE_VARIABLE, "")
    if descriptor:
        threading.Thread(target=_watch, args=[int(descriptor)], name="lifeline", daemon=True).start()


def _watch(descriptor: int) -> None:
    os.read(descriptor, 1)
    os._exit(1)
