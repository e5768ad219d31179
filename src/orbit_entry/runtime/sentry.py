"""Errors in Sentry, if the owner wants them there. Only what is listed here is sent, and all of it is scrubbed.

No bodies, no headers, no values of variables, no lines of the log before the error.
"""

import sys
from collections.abc import Iterator, Mapping, MutableMapping
from contextlib import contextmanager
from datetime import UTC, datetime
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

from orbit_adapters.tracing.spans import Leaf, SpanKind
from orbit_entry.config.settings import Settings
from orbit_entry.runtime.scrubbing import scrubbed

if TYPE_CHECKING:
    from sentry_sdk.transport import Transport
    from sentry_sdk.types import Event

_FLUSH_S = 1.0
_TEXT_CHARS = 1000
_TAGS = ("request_id", "cause", "job", "part", "number", "update_id", "logger")
_SENT = (
    "event_id", "timestamp", "start_timestamp", "level", "platform", "release", "environment", "type", "transaction",
    "message", "tags", "exception", "spans", "fingerprint",
)  # fmt: skip
_FRAME = ("filename", "function", "module", "lineno", "in_app")
_SPAN = (
    "trace_id", "span_id", "parent_span_id", "op", "description", "status", "start_timestamp", "timestamp", "tags",
    "origin",
)  # fmt: skip


@contextmanager
def sentry(settings: Settings, transport: "type[Transport] | None" = None) -> Iterator["Sentry | None"]:
    """Send errors while the block runs, and what waits at its end. None, and nothing is loaded, without a DSN."""
    if settings.sentry_dsn is None:
        yield None
        return
    import sentry_sdk

    sentry_sdk.init(
        dsn=settings.sentry_dsn.get_secret_value(),
        release=f"orbit-vpn@{version('orbit-vpn')}",
        environment=settings.sentry_environment,
        traces_sample_rate=settings.sentry_traces_sample_rate or None,
        # Sentry's own integrations read requests, arguments and the log.
        default_integrations=False,
        auto_enabling_integrations=False,
        include_local_variables=False,
        include_source_context=False,
        max_request_body_size="never",
        max_breadcrumbs=0,
        auto_session_tracking=False,
        server_name="orbit",
        before_send=_only_listed,
        before_send_transaction=_only_listed,
        transport=transport,
    )
    try:
        yield Sentry(collects_spans=settings.sentry_traces_sample_rate > 0)
    finally:
        sentry_sdk.flush(timeout=_FLUSH_S)
        sentry_sdk.get_client().close(timeout=0)


class Sentry:
    """A running client: `report` is a step of the log, and the rest collects spans."""

    def __init__(self, *, collects_spans: bool) -> None:
        self.collects_spans = collects_spans

    def report(self, _: Any, method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
        """Send *event* if it is an error. It is logged as it is."""
        if event.get("level", method) in ("error", "critical", "exception"):
            self._send(event)
        return event

    def _send(self, event: Mapping[str, Any]) -> None:
        import sentry_sdk
        from sentry_sdk.utils import event_from_exception

        sent: Event = {}
        if (raised := _raised(event.get("exc_info"))) is not None:
            sent, _hint = event_from_exception(raised, client_options=sentry_sdk.get_client().options)
        sent["level"] = "error"
        sent["message"] = str(event.get("event", ""))
        sent["tags"] = {name: str(event[name]) for name in _TAGS if event.get(name) is not None}
        sentry_sdk.capture_event(sent)

    @contextmanager
    def work(self, kind: SpanKind, name: str, attributes: Mapping[str, str]) -> Iterator[None]:
        """A transaction, or a part of the one in hand."""
        import sentry_sdk

        parent = sentry_sdk.get_current_span()
        with sentry_sdk.isolation_scope():
            span = (
                sentry_sdk.start_transaction(op=kind.value, name=name)
                if parent is None
                else parent.start_child(op=kind.value, name=name)
            )
            for tag, value in attributes.items():
                span.set_tag(tag.rpartition(".")[2], value)
            with span:
                yield

    def record(self, leaf: Leaf) -> None:
        """A part of the transaction in hand; nothing outside one."""
        import sentry_sdk

        parent = sentry_sdk.get_current_span()
        if parent is None:
            return
        name = str(leaf.attributes.get("db.query.text", leaf.name))
        span = parent.start_child(op=leaf.kind.value, name=name, start_timestamp=_moment(leaf.started_ns))
        if leaf.error:
            span.set_status("internal_error")
        span.finish(end_timestamp=_moment(leaf.ended_ns))


def _moment(at_ns: int) -> datetime:
    return datetime.fromtimestamp(at_ns / 1_000_000_000, UTC)


def _raised(info: object) -> BaseException | None:
    """What was raised, in any of the ways in which a line of the log says so."""
    if isinstance(info, BaseException):
        return info
    if isinstance(info, tuple):
        return info[1] if len(info) > 1 and isinstance(info[1], BaseException) else None
    return sys.exc_info()[1] if info else None


def _only_listed(event: Any, _hint: object) -> Any:
    """*event* with nothing but what is listed above, scrubbed."""
    kept = {name: event[name] for name in _SENT if name in event}
    if trace := event.get("contexts", {}).get("trace"):
        kept["contexts"] = {"trace": {name: trace[name] for name in _SPAN if name in trace}}
    if "exception" in kept:
        kept["exception"] = {"values": [_exception(one) for one in event["exception"].get("values", ())]}
    if "spans" in kept:
        spans = event["spans"] if isinstance(event["spans"], list) else ()
        kept["spans"] = [{name: one[name] for name in _SPAN if name in one} for one in spans]
    return _scrubbed(kept)


def _exception(one: Mapping[str, Any]) -> dict[str, Any]:
    frames = (one.get("stacktrace") or {}).get("frames") or ()
    return {
        "type": one.get("type"),
        "module": one.get("module"),
        "value": str(one.get("value") or "")[:_TEXT_CHARS],
        "stacktrace": {"frames": [{name: frame.get(name) for name in _FRAME} for frame in frames]},
    }


def _scrubbed(value: Any) -> Any:
    if isinstance(value, str):
        return scrubbed(value)
    if isinstance(value, Mapping):
        return {name: _scrubbed(one) for name, one in value.items()}
    return [_scrubbed(one) for one in value] if isinstance(value, list | tuple) else value
