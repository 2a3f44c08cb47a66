"""The load: keep-alive HTTP/1.1 connections, each with one request under way, over raw sockets and epoll.

It does the least that a client can do, so that one core asks faster than a server on another core answers; still it
compares every answer, byte for byte, with the one that was checked. Runs as a process of its own, on a core of its own:

    python -m bench.feed.load < job.json > result.json
"""

import base64
import json
import os
import select
import socket
import sys
from array import array
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from time import perf_counter, process_time
from typing import Any

from bench.feed import processes

_RECEIVE_BYTES = 65_536
_HEAD_END = b"\r\n\r\n"
_OK = b"HTTP/1.1 200"
_CLOSING = b"onnection: close"
_SHOWN_BYTES = 600


@dataclass(frozen=True, slots=True)
class Exchange:
    """A request as it is sent, and the body that must come back."""

    request: bytes
    body: bytes


@dataclass(frozen=True, slots=True)
class Job:
    """What to send where. It ends after `seconds`, of which `warm` are not counted, or after `requests`."""

    port: int
    exchanges: list[Exchange]
    connections: int
    warm: float = 0.0
    seconds: float = 0.0
    requests: int = 0
    #: The server's processes, whose processor time is told as well.
    watched: list[int] = field(default_factory=list)
    nice: int = 0

    def to_json(self) -> str:
        """For the standard input of the process."""
        pairs = [[_text(each.request), _text(each.body)] for each in self.exchanges]
        return json.dumps({**asdict(self), "exchanges": pairs})

    @classmethod
    def from_json(cls, text: str) -> "Job":
        """The reverse."""
        raw = json.loads(text)
        raw["exchanges"] = [Exchange(base64.b64decode(sent), base64.b64decode(body)) for sent, body in raw["exchanges"]]
        return cls(**raw)


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode()


@dataclass(slots=True)
class _Connection:
    """One socket and what it waits for."""

    address: tuple[str, int]
    exchanges: list[Exchange]
    turn: int
    link: socket.socket = field(init=False)
    exchange: Exchange = field(init=False)
    sent_at: float = 0.0
    received: bytes = b""
    closing: bool = False

    def open(self) -> None:
        """Connect anew."""
        self.link = socket.create_connection(self.address)
        self.link.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def send(self) -> None:
        """Send the next request."""
        self.exchange = self.exchanges[self.turn % len(self.exchanges)]
        self.turn += 1
        self.received = b""
        self.closing = False
        self.sent_at = perf_counter()
        self.link.sendall(self.exchange.request)

    def completed(self, data: bytes) -> bool | None:
        """Whether the answer, now whole, is the right one; None while more is to come."""
        if self.received:
            data = self.received + data
        head = data.find(_HEAD_END)
        missing = len(self.exchange.body) - (len(data) - head - len(_HEAD_END))
        if data.startswith(_OK) and (head < 0 or missing > 0):
            self.received = data
            return None
        self.closing = _CLOSING in data[:head]
        return missing == 0 and data.startswith(_OK) and data.endswith(self.exchange.body)


class WrongAnswer(Exception):
    """The server said something else than what was checked before."""


class Load:
    """One run of a job."""

    def __init__(self, job: Job) -> None:
        self._job = job
        self._poll = select.epoll()
        self._open: dict[int, _Connection] = {}
        self._latencies = array("d")
        self._reconnects = 0

    def run(self) -> dict[str, Any]:
        """Ask until it is time, and say how it went. Raises WrongAnswer."""
        try:
            for turn in range(self._job.connections):
                self._connect(_Connection(("127.0.0.1", self._job.port), self._job.exchanges, turn))
            if self._job.warm:
                self._ask(perf_counter() + self._job.warm, 0)
            return self._measured()
        finally:
            self._poll.close()
            for connection in self._open.values():
                connection.link.close()

    def _measured(self) -> dict[str, Any]:
        self._latencies = array("d")
        started, own, server = perf_counter(), process_time(), self._server_cpu()
        self._ask(started + (self._job.seconds or 1e9), self._job.requests)
        wall, own, server = perf_counter() - started, process_time() - own, self._server_cpu() - server
        return {
            "requests": len(self._latencies),
            "seconds": wall,
            "rate": len(self._latencies) / wall,
            "load_cpu": own / wall,
            "server_cpu": server / wall,
            "reconnects": self._reconnects,
            **percentiles(self._latencies),
        }

    def _server_cpu(self) -> float:
        return sum(processes.cpu_seconds(pid) for pid in self._job.watched)

    def _connect(self, connection: _Connection) -> None:
        connection.open()
        descriptor = connection.link.fileno()
        self._open[descriptor] = connection
        self._poll.register(descriptor, select.EPOLLIN)
        connection.send()

    def _ask(self, until: float, requests: int) -> None:
        """Send and receive until a time, or for so many requests where a number is given."""
        latencies, opened, poll = self._latencies, self._open, self._poll.poll
        while perf_counter() < until and not (requests and len(latencies) >= requests):
            for descriptor, _ in poll(1.0):
                connection = opened[descriptor]
                data = connection.link.recv(_RECEIVE_BYTES)
                if not data:
                    raise WrongAnswer("the server closed without a word")
                right = connection.completed(data)
                if right is None:
                    continue
                if not right:
                    raise WrongAnswer((connection.received + data)[:_SHOWN_BYTES].decode(errors="replace"))
                latencies.append(perf_counter() - connection.sent_at)
                if connection.closing:
                    self._reconnect(connection)
                else:
                    connection.send()

    def _reconnect(self, connection: _Connection) -> None:
        """Go on over another one, as the server said that it closes this one (gunicorn's plain workers do)."""
        self._reconnects += 1
        self._poll.unregister(connection.link.fileno())
        del self._open[connection.link.fileno()]
        connection.link.close()
        self._connect(connection)


def percentiles(latencies: Iterable[float]) -> dict[str, float]:
    """Milliseconds in the middle and at the end."""
    ordered = sorted(latencies)
    if not ordered:
        return {"p50_ms": 0.0, "p99_ms": 0.0}
    return {name: ordered[int(len(ordered) * part)] * 1000 for name, part in (("p50_ms", 0.5), ("p99_ms", 0.99))}


def main() -> None:
    """One job, from standard input."""
    job = Job.from_json(sys.stdin.read())
    try:
        if job.nice:
            processes.prefer(os.getpid(), job.nice)
        print(json.dumps(Load(job).run()))
    except (WrongAnswer, OSError) as error:
        raise SystemExit(f"the load was given up: {error}") from error


if __name__ == "__main__":
    main()
