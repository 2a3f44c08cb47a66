"""The measurement: all servers run, and are asked in turn, round after round, so that noise hits all alike."""

import http.client
import json
import socket
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from bench.feed import answers
from bench.feed.contenders import Contender
from bench.feed.load import Exchange, Job
from bench.feed.paths import ROOT
from bench.feed.servers import Server, on_core


@dataclass(slots=True)
class Row:
    """A contender whose server runs and gave the right answer, and what was measured of it."""

    contender: Contender
    server: Server
    exchange: Exchange
    samples: list[dict[str, Any]] = field(default_factory=list)
    rss_mib: float = 0.0


@dataclass(frozen=True, slots=True)
class Pace:
    """How long, how often, how many at once; on which cores, and set how far before or behind other processes."""

    rounds: int
    seconds: float
    warm: float
    connections: int
    server_core: int | None
    load_core: int | None
    nice: int = 0

    def job(self, server: Server, exchanges: list[Exchange], *, requests: int = 0) -> Job:
        """For so many seconds, or for so many requests."""
        warm, seconds = (0.0, 0.0) if requests else (self.warm, self.seconds)
        return Job(
            server.port, exchanges, self.connections, warm, seconds, requests, watched=server.pids(), nice=self.nice
        )


def check(contender: Contender, server: Server, expected: dict[str, Any]) -> Row:
    """Ask once and compare the answer; the first answer to a question becomes what is expected.

    Raises answers.Differs.
    """
    request = contender.way(contender.question, server.port)
    status, body = ask(server.port, request)
    data = answers.data_of(contender.label, status, body)
    answers.must_equal(expected.setdefault(contender.question.name, data), data, name=contender.label)
    return Row(contender, server, Exchange(request, body))


def ask(port: int, request: bytes) -> tuple[int, bytes]:
    """Status and body of one answer."""
    with socket.create_connection(("127.0.0.1", port), timeout=30) as link:
        link.sendall(request)
        response = http.client.HTTPResponse(link)
        response.begin()
        return response.status, response.read()


def run(rows: Sequence[Row], pace: Pace) -> None:
    """All rounds; each begins with another row. Raises SystemExit where a server gives a wrong answer."""
    for number in range(pace.rounds):
        print(f"round {number + 1} of {pace.rounds}: ", end="", flush=True)
        first = number * len(rows) // pace.rounds
        for row in [*rows[first:], *rows[:first]]:
            row.samples.append(load(pace.job(row.server, [row.exchange]), pace.load_core))
            print(".", end="", flush=True)
        print()
    for row in rows:
        row.rss_mib = row.server.rss_mib()


def load(job: Job, core: int | None) -> dict[str, Any]:
    """Run a job in a process of its own. Raises SystemExit where it was given up."""
    with on_core(core):
        done = subprocess.run(
            [sys.executable, "-m", "bench.feed.load"],
            input=job.to_json(),
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
            start_new_session=True,
        )
    if done.returncode:
        raise SystemExit(done.stderr.strip())
    result: dict[str, Any] = json.loads(done.stdout)
    return result
