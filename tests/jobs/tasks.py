"""Jobs for these tests. They leave marks in the folder that JOB_MARKS names, since workers are other processes."""

import os
import signal
import time
from pathlib import Path

#: What an error might quote.
PRIVATE = "秘密 " + "1" * 11


def _marks() -> Path:
    return Path(os.environ["JOB_MARKS"])


def _mark(name: str) -> int:
    """Add a line to the file `name`; returns how many lines it had."""
    path = _marks() / name
    before = len(path.read_text().splitlines()) if path.exists() else 0
    with path.open("a") as file:
        file.write(f"{os.getpid()} {time.time()}\n")
    return before


def note(number: int, text: str = "") -> None:
    """Succeed."""
    _mark(f"note-{number}{text}")


def hang_once(number: int) -> None:
    """Never end at first; succeed when tried again."""
    if _mark(f"hang_once-{number}") == 0:
        time.sleep(600)


def fail(number: int, times: int) -> None:
    """Fail so many times, then succeed."""
    if _mark(f"fail-{number}") < times:
        raise RuntimeError(PRIVATE)


def die(number: int, times: int) -> None:
    """Take the process that runs it along, so many times, then succeed."""
    if _mark(f"die-{number}") < times:
        raise KeyboardInterrupt


def freeze(number: int) -> None:
    """Never end at first, and take no signal; succeed when tried again."""
    if _mark(f"freeze-{number}") == 0:
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGALRM})
        time.sleep(600)


def tick() -> None:
    """Succeed, without arguments."""
    _mark("tick")


NOT_A_FUNCTION = 1
