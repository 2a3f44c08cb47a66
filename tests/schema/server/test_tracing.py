"""Spans of operations, by the conventions, for who asked for them and at no cost for others."""

import asyncio
import gzip
import os
import subprocess
import sys
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from django.db import connection
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import SpanKind, StatusCode

from backend.schema.server.observe import Observation, Observer
from backend.schema.server.tracing import Spans, exported_spans
from tests.schema.server.limited import Slow

ROOT = Path(__file__).parents[3]


class Traced:
    """Spans into memory."""

    def __init__(self) -> None:
        self._memory = InMemorySpanExporter()
        self.recorder = Spans(SimpleSpanProcessor(self._memory), "tests", "sqlite")

    def spans(self) -> list[ReadableSpan]:
        """Finished ones, outermost first."""
        return sorted(self._memory.get_finished_spans(), key=lambda span: span.parent is not None)


@pytest.fixture
def traced() -> Traced:
    return Traced()


def ended(**values: Any) -> Observation:
    seen = Observation()
    seen.name, seen.kind, seen.digest, seen.seconds, seen.status = "Feed", "query", "d" * 64, 0.5, 200
    for name, value in values.items():
        setattr(seen, name, value)
    return seen


def test_a_span_for_an_operation_and_one_for_each_statement(traced: Traced) -> None:
    seen = ended(cost=120)
    seen.statement(0.25, "SELECT 1 FROM t WHERE phone = %s")
    traced.recorder.record(seen, "0123456789abcdef")
    operation, statement = traced.spans()
    assert operation.kind is SpanKind.SERVER
    assert operation.attributes is not None
    assert operation.attributes["graphql.operation.name"] == "Feed"
    assert operation.attributes["graphql.operation.type"] == "query"
    assert operation.attributes["app.request.id"] == "0123456789abcdef"
    assert operation.attributes["app.operation.cost"] == 120
    assert "graphql.document" not in operation.attributes
    assert operation.status.status_code is StatusCode.UNSET
    assert _milliseconds(operation) == 500
    assert operation.resource.attributes["service.name"] == "tests"
    assert statement.kind is SpanKind.CLIENT
    assert statement.parent is not None
    assert statement.parent.span_id == operation.context.span_id
    assert dict(statement.attributes or {}) == {
        "db.system.name": "sqlite",
        "db.operation.name": "SELECT",
        "db.query.text": "SELECT 1 FROM t WHERE phone = %s",
    }
    assert _milliseconds(statement) == 250


def _milliseconds(span: ReadableSpan) -> int:
    assert span.start_time is not None
    assert span.end_time is not None
    return round((span.end_time - span.start_time) / 1e6)


@pytest.mark.parametrize(
    ("values", "name"),
    [
        ({"trusted": True}, "query Feed"),
        ({"trusted": False}, "query"),
        ({"name": "", "trusted": True}, "query"),
        ({"name": "", "kind": ""}, "GraphQL Operation"),
    ],
    ids=["trusted", "strangers", "nameless", "none"],
)
def test_only_names_of_our_own_documents_name_spans(traced: Traced, values: dict[str, Any], name: str) -> None:
    traced.recorder.record(ended(**values), "0123456789abcdef")
    assert traced.spans()[0].name == name


@pytest.mark.parametrize(
    ("values", "kind"),
    [
        ({"status": 503, "codes": ["TIMED_OUT"]}, "TIMED_OUT"),
        ({"codes": ["INTERNAL"]}, "INTERNAL"),
        ({"status": 500}, "500"),
        ({"codes": ["NOT_FOUND"]}, None),
    ],
    ids=["stopped", "internal", "silent", "refused"],
)
def test_our_own_failures_are_errors_and_refusals_are_not(
    traced: Traced, values: dict[str, Any], kind: str | None
) -> None:
    traced.recorder.record(ended(**values), "0123456789abcdef")
    span = traced.spans()[0]
    assert (span.attributes or {}).get("error.type") == kind
    assert (span.status.status_code is StatusCode.ERROR) is (kind is not None)


def test_it_belongs_to_the_trace_that_a_proxy_began(traced: Traced) -> None:
    trace, parent = "4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7"
    traced.recorder.record(ended(traceparent=f"00-{trace}-{parent}-01"), "0123456789abcdef")
    traced.recorder.record(ended(traceparent="nonsense"), "0123456789abcdef")
    first, second = sorted(traced.spans(), key=lambda span: span.parent is None)
    assert f"{first.context.trace_id:032x}" == trace
    assert first.parent is not None
    assert f"{first.parent.span_id:016x}" == parent
    assert second.parent is None


@pytest.fixture
def collector() -> Iterator[tuple[str, list[ExportTraceServiceRequest]]]:
    """Something that takes spans by OTLP, on this machine."""
    received: list[ExportTraceServiceRequest] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            body = gzip.decompress(body) if self.headers.get("content-encoding") == "gzip" else body
            assert self.path == "/v1/traces"
            received.append(ExportTraceServiceRequest.FromString(body))
            self.send_response(200)
            self.send_header("content-length", "0")
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}", received
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.mark.usefixtures("one_thread")
def test_they_reach_a_collector(
    collector: tuple[str, list[ExportTraceServiceRequest]], monkeypatch: pytest.MonkeyPatch
) -> None:
    address, received = collector
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", address)
    monkeypatch.setenv("OTEL_SERVICE_NAME", "named-by-the-operator")
    server = Slow(seconds=60)
    server.engine.observer = Observer(exported_spans("village-law", connection.vendor))
    secret = "不要告诉别人"

    async def run() -> None:
        await server.post("query Length($text: String!) { length(text: $text) }", {"text": secret})
        await server.engine.observer.close()

    asyncio.run(run())
    resource = received[0].resource_spans[0]
    named = {pair.key: pair.value.string_value for pair in resource.resource.attributes}
    assert named["service.name"] == "named-by-the-operator"
    assert sorted(span.name for span in resource.scope_spans[0].spans) == ["SELECT", "query"]
    assert secret not in str(received[0])
    assert secret.encode() not in received[0].SerializeToString()


def test_nothing_is_imported_where_nobody_asked(tmp_path: Path) -> None:
    script = "import sys, backend.asgi; print([name for name in sys.modules if name.startswith('opentelemetry.sdk')])"
    environment = {"PATH": os.environ["PATH"], "DATA_DIR": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    assert done.stdout.strip() == "[]", done.stderr
