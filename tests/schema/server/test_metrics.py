"""What Prometheus gets, and who gets it."""

import asyncio
import re
from pathlib import Path
from typing import Any

import httpx
import pytest
from prometheus_client import generate_latest
from prometheus_client.parser import text_string_to_metric_families

from backend.schema.server.metrics import ANONYMOUS, MAX_NAMES, NO_OPERATION, OTHER, Metrics, MetricsPage
from backend.schema.server.observe import Observation, Observer
from tests.schema.server.limited import Slow

TOKEN = "a-token-of-twenty-letters"
LABELS = ("operation", "kind", "code", "le")


def ended(metrics: Metrics, name: str = "Feed", seconds: float = 0.02, **more: Any) -> None:
    seen = Observation()
    seen.name, seen.kind, seen.seconds = name, "query", seconds
    for attribute, value in more.items():
        setattr(seen, attribute, value)
    metrics.record(seen, "0123456789abcdef")


def samples(metrics: Metrics) -> dict[tuple[str, ...], float]:
    """Values by name and labels, as Prometheus reads the text."""
    text = generate_latest(metrics.registry).decode()
    return {
        (sample.name, *(sample.labels[label] for label in LABELS if label in sample.labels)): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def test_everything_is_counted_by_operation() -> None:
    metrics = Metrics()
    ended(metrics, cost=120, statements=2, sql_seconds=0.25, cached=True)
    ended(metrics, cost=80, statements=3, sql_seconds=0.5, planned=True, codes=["NOT_FOUND", "FORBIDDEN"])
    ended(metrics, codes=["NOT_FOUND"])
    ended(metrics, "Other", kind="mutation")
    found = samples(metrics)
    feed = ("Feed", "query")
    assert found["graphql_operations_total", *feed] == 3
    assert found["graphql_operation_cost_total", *feed] == 200
    assert found["graphql_operation_sql_statements_total", *feed] == 5
    assert found["graphql_operation_sql_seconds_total", *feed] == 0.75
    assert found["graphql_operation_cache_hits_total", *feed] == 1
    assert found["graphql_operation_plan_hits_total", *feed] == 1
    assert found["graphql_operation_errors_total", *feed, "NOT_FOUND"] == 2
    assert found["graphql_operation_errors_total", *feed, "FORBIDDEN"] == 1
    assert found["graphql_operations_total", "Other", "mutation"] == 1
    assert found["process_resident_memory_bytes",] > 0
    assert found["graphql_threads",] >= 1


def test_the_histogram_gives_the_percentiles() -> None:
    metrics = Metrics()
    for milliseconds in range(1, 101):
        ended(metrics, seconds=milliseconds / 1000)
    ended(metrics, seconds=99)
    found = samples(metrics)
    name, feed = "graphql_operation_duration_seconds", ("Feed", "query")
    within = {bound: found[f"{name}_bucket", *feed, bound] for bound in ("0.001", "0.05", "0.1", "10.0", "+Inf")}
    assert within == {"0.001": 1, "0.05": 50, "0.1": 100, "10.0": 100, "+Inf": 101}
    assert found[f"{name}_count", *feed] == 101
    assert found[f"{name}_sum", *feed] == pytest.approx(5.05 + 99)


def test_strangers_cannot_make_labels_without_end() -> None:
    metrics = Metrics()
    for number in range(3 * MAX_NAMES):
        ended(metrics, f"Made{number}")
    ended(metrics, "x" * 65)
    ended(metrics, "")
    ended(metrics, "", kind="")
    ended(metrics, "OfOurClient", trusted=True)
    names = {labels[1] for labels in samples(metrics) if labels[0] == "graphql_operations_total"}
    assert len(names) == MAX_NAMES + 4
    assert {OTHER, ANONYMOUS, NO_OPERATION, "OfOurClient"} <= names
    assert samples(metrics)["graphql_operations_total", OTHER, "query"] == 2 * MAX_NAMES + 1


def test_the_documented_metrics_are_those_that_there_are() -> None:
    text = (Path(__file__).parents[3] / "docs" / "operations.md").read_text(encoding="utf-8")
    documented = re.findall(r"^\| `(graphql_\w+)` \|", text, re.MULTILINE)
    metrics = Metrics()
    ended(metrics, codes=["NOT_FOUND"])
    exposed = {
        family.name + ("_total" if family.type == "counter" else "")
        for family in metrics.registry.collect()
        if family.name.startswith("graphql_")
    }
    assert sorted(documented) == sorted(exposed)
    listed = set(re.findall(r"`(process_\w+)`", text))
    assert listed <= {sample[0] for sample in samples(metrics)}
    assert listed


def get(page: MetricsPage | None, method: str = "GET", **headers: str) -> httpx.Response:
    server = Slow(metrics=page)

    async def run() -> httpx.Response:
        async with server.client() as client:
            return await client.request(method, "/metrics", headers=headers)

    return asyncio.run(run())


def test_the_page_is_for_whoever_has_the_token() -> None:
    metrics = Metrics()
    ended(metrics)
    page = MetricsPage(metrics, TOKEN)
    response = get(page, authorization=f"Bearer {TOKEN}")
    assert response.status_code == 200
    assert response.headers["content-type"].startswith("text/plain; version=0.0.4")
    assert 'graphql_operations_total{kind="query",operation="Feed"} 1.0' in response.text


@pytest.mark.parametrize(
    "headers",
    [{}, {"authorization": ""}, {"authorization": "Bearer wrong"}, {"authorization": TOKEN}],
    ids=["nothing", "empty", "wrong", "no scheme"],
)
def test_nobody_else_reads_it(headers: dict[str, str]) -> None:
    response = get(MetricsPage(Metrics(), TOKEN), **headers)
    assert (response.status_code, response.content) == (401, b"")


def test_it_is_read_and_nothing_else() -> None:
    assert get(MetricsPage(Metrics(), TOKEN), "POST", authorization=f"Bearer {TOKEN}").status_code == 405
    assert get(MetricsPage(Metrics())).status_code == 200


def test_without_a_page_the_address_is_like_any_other() -> None:
    assert get(None).content == b"elsewhere"


@pytest.mark.usefixtures("one_thread")
def test_what_is_answered_is_counted() -> None:
    metrics = Metrics()
    server = Slow(seconds=60)
    server.engine.observer = Observer(metrics)
    server.ask("query Feed { one }", "query Feed { one }", "{ nothing }")
    found = samples(metrics)
    assert found["graphql_operations_total", "Feed", "query"] == 2
    assert found["graphql_operation_sql_statements_total", "Feed", "query"] == 2
    assert found["graphql_operation_errors_total", NO_OPERATION, "", "GRAPHQL_VALIDATION_FAILED"] == 1
