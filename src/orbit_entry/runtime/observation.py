"""Starts what a process says of itself: its log, errors in Sentry, spans in a collector."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from importlib.metadata import version

from orbit_adapters.tracing.spans import Collector, collected_by
from orbit_entry.config.settings import Settings
from orbit_entry.runtime.logs import start_logging
from orbit_entry.runtime.sentry import sentry


@contextmanager
def observed(settings: Settings) -> Iterator[None]:
    """Log as the settings say, from now on; while the block runs, send errors and spans to where they say."""
    with ExitStack() as stack:
        collectors: list[Collector] = []
        errors = stack.enter_context(sentry(settings))
        start_logging(settings.log_level, settings.log_format, () if errors is None else (errors.report,))
        if errors is not None and errors.collects_spans:
            collectors.append(errors)
        if settings.otlp_endpoint is not None:
            # Loaded late, as sentry_sdk is: most shops have neither.
            from orbit_adapters.tracing.otlp import OtlpCollector

            spans = OtlpCollector(settings.otlp_endpoint, settings.otlp_header_pairs, version("orbit-vpn"))
            stack.callback(spans.close)
            collectors.append(spans)
        with collected_by(*collectors):
            yield
