"""Processes that serve: started on their own core, looked at, and ended by their own handle."""

import os
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

from bench.feed import processes

START_SECONDS = 60.0
STOP_SECONDS = 8.0


def free_port() -> int:
    """A port that nothing listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def on_core(core: int | None) -> Iterator[None]:
    """What is started inside runs on this core alone, where there is more than one."""
    before = os.sched_getaffinity(0)
    if core is not None:
        os.sched_setaffinity(0, {core})
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


class DoesNotStart(Exception):
    """A server ended, or does not listen; the message has the end of its log."""


@dataclass(slots=True)
class Server:
    """One server. As a context manager it runs from start to end of the block, whatever ends the block."""

    name: str
    command: list[str]
    environment: dict[str, str]
    port: int
    core: int | None
    log: Path
    cwd: Path
    nice: int = 0
    _process: subprocess.Popen[bytes] | None = field(default=None, init=False)

    def __enter__(self) -> Self:
        """Start it and wait until it listens. Raises DoesNotStart."""
        with on_core(self.core), self.log.open("wb") as log:
            # A session of its own: Ctrl-C reaches the bench alone, which then ends its servers.
            self._process = subprocess.Popen(
                self.command, cwd=self.cwd, env=self.environment, stdout=log, stderr=log, start_new_session=True
            )
        try:
            if self.nice:
                processes.prefer(self._process.pid, self.nice)
            self._wait_until_it_listens()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_error: object) -> None:
        """Ask it to end, then make it."""
        if self._process is None:
            return
        for sent in (signal.SIGTERM, signal.SIGKILL):
            try:
                os.killpg(self._process.pid, sent)
                self._process.wait(STOP_SECONDS)
            except ProcessLookupError:
                break
            except subprocess.TimeoutExpired:
                continue
        self._process.wait()
        self._process = None

    def _wait_until_it_listens(self) -> None:
        deadline = time.monotonic() + START_SECONDS
        while True:
            if self._running().poll() is not None or time.monotonic() > deadline:
                raise DoesNotStart(f"{self.name}: {self.log.read_text(errors='replace')[-3000:]}")
            try:
                socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
            except OSError:
                time.sleep(0.05)
            else:
                return

    def _running(self) -> subprocess.Popen[bytes]:
        if self._process is None:
            raise RuntimeError(f"{self.name} does not run")
        return self._process

    def rss_mib(self) -> float:
        """Memory of the process that answers: the largest of them."""
        return max(processes.rss_bytes(pid) for pid in self.pids()) / (1 << 20)

    def pids(self) -> list[int]:
        """Of all its processes."""
        return processes.family(self._running().pid)
