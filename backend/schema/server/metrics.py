"""Counts per operation, for Prometheus.

The counters are plain numbers of this module, which cost a fraction of prometheus-client's own (those take a lock
each); its documented collector interface turns them into text when they are asked for. Each process counts for itself
and is asked at its own address.
"""

import asyncio
import hmac
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable
from itertools import accumulate
from typing import Final

from prometheus_client import CollectorRegistry, ProcessCollector, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4
from prometheus_client.registry import Collector

from backend.live.threads import Pool, pool
from backend.schema.server.asgi import Receive, Scope, Send
from backend.schema.server.observe import Observation

#: Upper bounds of the histogram, in seconds.
BUCKETS: Final = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
#: Names are the clients' own text, so only so many of documents that nobody vouches for are told apart.
MAX_NAMES: Final = 100
MAX_NAME_CHARACTERS: Final = 64
#: In brackets, which no name of GraphQL has.
OTHER, ANONYMOUS, NO_OPERATION = "(other)", "(anonymous)", "(none)"

_COUNTERS: Final = (
    ("graphql_operations", "Operations that ended, with or without errors.", "count"),
    ("graphql_operation_cost", "Their cost, as the limit counts it.", "cost"),
    ("graphql_operation_sql_statements", "SQL statements that they ran.", "statements"),
    ("graphql_operation_sql_seconds", "Time that those statements took.", "sql_seconds"),
    ("graphql_operation_cache_hits", "Operations answered from the response cache.", "cached"),
    ("graphql_operation_plan_hits", "Operations answered by a compiled plan.", "planned"),
)


class _Totals:
    """What one operation has come to."""

    __slots__ = ("buckets", "cached", "codes", "cost", "count", "planned", "seconds", "sql_seconds", "statements")

    def __init__(self) -> None:
        self.count = self.cost = self.statements = self.cached = self.planned = 0
        self.seconds = self.sql_seconds = 0.0
        self.buckets = [0] * (len(BUCKETS) + 1)
        self.codes: Counter[str] = Counter()

    def add(self, seen: Observation) -> None:
        self.count += 1
        self.seconds += seen.seconds
        self.buckets[bisect_left(BUCKETS, seen.seconds)] += 1
        self.cost += seen.cost
        self.statements += seen.statements
        self.sql_seconds += seen.sql_seconds
        self.cached += seen.cached
        self.planned += seen.planned
        if seen.codes:
            self.codes.update(seen.codes)

    def histogram(self) -> list[tuple[str, float]]:
        """Each bound with how many stayed within it."""
        return list(zip([*map(str, BUCKETS), "+Inf"], accumulate(self.buckets), strict=True))


class Metrics(Collector):
    """A recorder, and the registry's collector of what it recorded."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.registry.register(self)
        ProcessCollector(registry=self.registry)
        self._totals: dict[tuple[str, str], _Totals] = {}
        self._names = 0

    def record(self, seen: Observation, request_id: str) -> None:  # noqa: ARG002 - a number is no label
        """Count one operation."""
        totals = self._totals.get((seen.name, seen.kind))
        if totals is None or not seen.name:
            totals = self._admit(seen)
        totals.add(seen)

    async def close(self) -> None:
        """Nothing is held back."""

    def _admit(self, seen: Observation) -> _Totals:
        """The totals of an operation without a name, or seen for the first time."""
        name = seen.name or (ANONYMOUS if seen.kind else NO_OPERATION)
        if seen.name and not seen.trusted:
            if self._names >= MAX_NAMES or len(name) > MAX_NAME_CHARACTERS:
                name = OTHER
            else:
                self._names += 1
        return self._totals.setdefault((name, seen.kind), _Totals())

    def collect(self) -> Iterable[Metric]:
        """prometheus-client's: everything as it stands now. It runs beside `record`, so each dict is copied at once."""
        totals = list(self._totals.items())
        for name, text, attribute in _COUNTERS:
            counter = CounterMetricFamily(name, text, labels=["operation", "kind"])
            for labels, each in totals:
                counter.add_metric(labels, getattr(each, attribute))
            yield counter
        yield _errors(totals)
        yield _durations(totals)
        yield from _threads(pool())


def _errors(totals: list[tuple[tuple[str, str], _Totals]]) -> Metric:
    counter = CounterMetricFamily(
        "graphql_operation_errors", "Operations with an error of this code.", labels=["operation", "kind", "code"]
    )
    for labels, each in totals:
        for code, count in list(each.codes.items()):
            counter.add_metric([*labels, code], count)
    return counter


def _durations(totals: list[tuple[tuple[str, str], _Totals]]) -> Metric:
    histogram = HistogramMetricFamily(
        "graphql_operation_duration_seconds", "Time from the request to its answer.", labels=["operation", "kind"]
    )
    for labels, each in totals:
        histogram.add_metric(list(labels), each.histogram(), each.seconds)
    return histogram


def _threads(threads: Pool) -> Iterable[Metric]:
    yield GaugeMetricFamily("graphql_threads", "Threads that operations may run in.", value=threads.size)
    yield GaugeMetricFamily("graphql_threads_running", "Of these, how many are at work.", value=threads.running)
    yield GaugeMetricFamily("graphql_threads_waiting", "Work that waits for a thread.", value=threads.waiting)


class MetricsPage:
    """Answers `/metrics` to whoever has the token; without one, to everybody who can reach it."""

    def __init__(self, metrics: Metrics, token: str = "") -> None:
        self._metrics = metrics
        self._token = token.encode()

    async def __call__(self, scope: Scope, _receive: Receive, send: Send) -> None:
        """ASGI, for scopes of type http."""
        if scope["method"] != "GET":
            await _respond(send, 405, b"", [(b"allow", b"GET")])
        elif not self._may_read(scope):
            await _respond(send, 401, b"", [(b"www-authenticate", b"Bearer")])
        else:
            # In a thread of its own, apart from the pool: a busy server must be able to say so.
            body = await asyncio.to_thread(generate_latest, self._metrics.registry)
            await _respond(send, 200, body, [(b"content-type", CONTENT_TYPE_PLAIN_0_0_4.encode())])

    def _may_read(self, scope: Scope) -> bool:
        if not self._token:
            return True
        given = next((value for name, value in scope["headers"] if name == b"authorization"), b"")
        return hmac.compare_digest(given, b"Bearer " + self._token)


async def _respond(send: Send, status: int, body: bytes, extra: list[tuple[bytes, bytes]]) -> None:
    headers = [(b"content-length", str(len(body)).encode()), (b"cache-control", b"no-store"), *extra]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
