"""What operators see of a system in production: metrics for whoever has the token, and a log of JSON lines."""

import json
from collections.abc import Iterator
from contextlib import closing
from typing import Any

import httpx
import pytest

from tests.production import production
from tests.running import System

pytestmark = pytest.mark.journey

TOKEN = "a-token-of-twenty-letters"
SECRET = "不要告诉别人"


@pytest.fixture(scope="module")
def system(tmp_path_factory: pytest.TempPathFactory) -> Iterator[System]:
    with closing(production(tmp_path_factory.mktemp("observed"), METRICS_TOKEN=TOKEN)) as running:
        running.manage("migrate", "-v0")
        yield running


def lines(system: System) -> list[dict[str, Any]]:
    text = system.log.read_text(encoding="utf-8")
    return [json.loads(line) for line in text.splitlines()]


def test_metrics_and_log_of_a_system_in_production(system: System) -> None:
    system.start_server_only()
    query = "query Search($text: String!) { __typename divisions: __typename @include(if: true) }"
    asked = httpx.post(f"{system.url}/graphql", json={"query": "query Who { __typename }"})
    refused = httpx.post(f"{system.url}/graphql", json={"query": query, "variables": {"text": SECRET}})
    assert asked.json() == {"data": {"__typename": "Query"}}
    assert refused.json()["errors"][0]["extensions"]["code"] == "GRAPHQL_VALIDATION_FAILED"

    assert httpx.get(f"{system.url}/metrics").status_code == 401
    metrics = httpx.get(f"{system.url}/metrics", headers={"authorization": f"Bearer {TOKEN}"}).text
    assert 'graphql_operations_total{kind="query",operation="Who"} 1.0' in metrics

    assert system.stop() == 0
    told = {line["id"]: line for line in lines(system) if line.get("event") == "operation"}
    line = told[asked.headers["x-request-id"]]
    assert (line["operation"], line["kind"], line["status"], line["errors"]) == ("Who", "query", 200, [])
    assert told[refused.headers["x-request-id"]]["errors"] == ["GRAPHQL_VALIDATION_FAILED"]
    assert SECRET not in system.log.read_text(encoding="utf-8")


def test_without_a_token_nobody_reads_the_metrics(system: System) -> None:
    system.environment["METRICS_TOKEN"] = ""
    system.start_server_only()
    try:
        for headers in ({}, {"authorization": "Bearer"}, {"authorization": f"Bearer {TOKEN}"}):
            answer = httpx.get(f"{system.url}/metrics", headers={"host": "localhost", **headers})
            assert answer.status_code == 404
            assert "graphql_operations_total" not in answer.text
    finally:
        system.stop()
