"""Spans over OTLP/HTTP, as OpenTelemetry's collectors take them. Loaded only where the owner names one."""

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.trace import SpanKind as Direction
from opentelemetry.trace import Status, StatusCode

from orbit_adapters.tracing.spans import Leaf, SpanKind

_EXPORT_S = 3
_LAST_EXPORT_S = 1.5
_DIRECTIONS = {
    SpanKind.UPDATE: Direction.CONSUMER,
    SpanKind.WEB: Direction.SERVER,
    SpanKind.SQL: Direction.CLIENT,
    SpanKind.HTTP: Direction.CLIENT,
}


class OtlpCollector:
    """Sends spans in batches from a thread of its own. *endpoint* is the collector's address, without `/v1/traces`."""

    def __init__(self, endpoint: str, headers: Mapping[str, str], version: str) -> None:
        exporter = OTLPSpanExporter(f"{endpoint.rstrip('/')}/v1/traces", headers=dict(headers), timeout=_EXPORT_S)
        resource = Resource({"service.name": "orbit", "service.version": version})
        self._provider = TracerProvider(resource=resource, shutdown_on_exit=False)
        self._provider.add_span_processor(BatchSpanProcessor(exporter))
        self._tracer = self._provider.get_tracer("orbit")

    @contextmanager
    def work(self, kind: SpanKind, name: str, attributes: Mapping[str, str]) -> Iterator[None]:
        """A span that those within the block are parts of. Of an error only the class is kept: texts hold values."""
        direction = _DIRECTIONS.get(kind, Direction.INTERNAL)
        with self._tracer.start_as_current_span(
            f"{kind} {name}",
            kind=direction,
            attributes=attributes,
            record_exception=False,
            set_status_on_exception=False,
        ) as span:
            try:
                yield
            except BaseException as error:
                span.set_status(Status(StatusCode.ERROR, type(error).__name__))
                raise

    def record(self, leaf: Leaf) -> None:
        """A span that is over."""
        span = self._tracer.start_span(
            leaf.name, kind=_DIRECTIONS[leaf.kind], attributes=leaf.attributes, start_time=leaf.started_ns
        )
        if leaf.error:
            span.set_status(Status(StatusCode.ERROR, leaf.error))
        span.end(leaf.ended_ns)

    def close(self) -> None:
        """Send what waits, as far as that takes no time: a collector that is gone holds up no stop."""
        last = threading.Thread(target=self._provider.shutdown, name="last spans", daemon=True)
        last.start()
        last.join(_LAST_EXPORT_S)
