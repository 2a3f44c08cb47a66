"""OpenTelemetry spans, for who has set an endpoint for them; otherwise nothing of it is even imported.

A span is made when its operation has ended, with the times that were noted on the way, so an operation under way pays
nothing. Attributes follow the semantic conventions for GraphQL servers and database clients.
"""

import asyncio
import os
import time
from typing import TYPE_CHECKING, Any

from backend.schema.server.observe import Observation, Statement

if TYPE_CHECKING:
    from opentelemetry.context import Context
    from opentelemetry.sdk.trace import SpanProcessor


def exported_spans(service: str, database: str) -> "Spans":
    """Spans sent in the background, as the standard OTEL_* variables say; needs requirements/tracing.txt.

    `service` is their name where OTEL_SERVICE_NAME gives none; `database` is the system as the conventions call it.
    """
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter  # noqa: PLC0415
    from opentelemetry.sdk.trace.export import BatchSpanProcessor  # noqa: PLC0415

    return Spans(BatchSpanProcessor(OTLPSpanExporter()), service, database)


class Spans:
    """A recorder that makes a span of each operation, and of each of its statements that was kept."""

    def __init__(self, processor: "SpanProcessor", service: str, database: str) -> None:
        from opentelemetry import trace  # noqa: PLC0415
        from opentelemetry.sdk.resources import Resource  # noqa: PLC0415
        from opentelemetry.sdk.trace import TracerProvider  # noqa: PLC0415
        from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator  # noqa: PLC0415

        given = "OTEL_SERVICE_NAME" in os.environ
        self._provider: TracerProvider = TracerProvider(
            resource=Resource.create({} if given else {"service.name": service}), shutdown_on_exit=False
        )
        self._provider.add_span_processor(processor)
        self._tracer = self._provider.get_tracer(__name__)
        self._propagator = TraceContextTextMapPropagator()
        self._trace = trace
        self._database = database

    def record(self, seen: Observation, request_id: str) -> None:
        """Make the spans of one operation."""
        shift = time.time_ns() - time.perf_counter_ns()
        began = int(seen.began * 1e9) + shift
        span = self._tracer.start_span(
            _span_name(seen),
            context=self._parent(seen),
            kind=self._trace.SpanKind.SERVER,
            attributes=_attributes(seen, request_id),
            start_time=began,
        )
        if seen.status >= 500 or "INTERNAL" in seen.codes:  # noqa: PLR2004 - a server's own failure
            span.set_attribute("error.type", seen.codes[0] if seen.codes else str(seen.status))
            span.set_status(self._trace.StatusCode.ERROR)
        inside = self._trace.set_span_in_context(span)
        for statement in seen.kept:
            self._record_statement(statement, inside, shift)
        span.end(began + int(seen.seconds * 1e9))

    async def close(self) -> None:
        """Send what has not been sent yet."""
        await asyncio.to_thread(self._provider.shutdown)

    def _parent(self, seen: Observation) -> "Context | None":
        return self._propagator.extract({"traceparent": seen.traceparent}) if seen.traceparent else None

    def _record_statement(self, statement: Statement, inside: "Context", shift: int) -> None:
        verb = statement.text.partition(" ")[0]
        ended = int(statement.ended * 1e9) + shift
        span = self._tracer.start_span(
            verb,
            context=inside,
            kind=self._trace.SpanKind.CLIENT,
            attributes={
                "db.system.name": self._database,
                "db.operation.name": verb,
                "db.query.text": statement.text,
            },
            start_time=ended - int(statement.seconds * 1e9),
        )
        span.end(ended)


def _span_name(seen: Observation) -> str:
    """The conventions want few names, so only those of our own clients' documents are among them."""
    if not seen.kind:
        return "GraphQL Operation"
    return f"{seen.kind} {seen.name}" if seen.name and seen.trusted else seen.kind


def _attributes(seen: Observation, request_id: str) -> dict[str, Any]:
    attributes: dict[str, Any] = {
        "app.request.id": request_id,
        "app.document.digest": seen.digest,
        "app.operation.cost": seen.cost,
        "app.operation.statements": seen.statements,
        "app.operation.cached": seen.cached,
        "app.operation.planned": seen.planned,
        "http.response.status_code": seen.status,
    }
    if seen.kind:
        attributes["graphql.operation.type"] = seen.kind
    if seen.name:
        attributes["graphql.operation.name"] = seen.name
    return attributes
