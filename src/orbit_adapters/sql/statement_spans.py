"""A span for each statement: its fingerprint, which holds no values, and how long it took."""

import time
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import ExceptionContext, event
from sqlalchemy.ext.asyncio import AsyncEngine

from orbit_adapters.sql.slow_query_log import fingerprint
from orbit_adapters.tracing.spans import SpanKind, is_collecting, record


def collect_statements(engine: AsyncEngine) -> None:
    """Record every statement of *engine* from now on, if somebody collects spans; else the engine stays as it is."""
    if not is_collecting():
        return
    spans = _StatementSpans()
    event.listen(engine.sync_engine, "before_cursor_execute", spans.begin)
    event.listen(engine.sync_engine, "after_cursor_execute", spans.end)
    event.listen(engine.sync_engine, "handle_error", spans.fail)


class _StatementSpans:
    def __init__(self) -> None:
        self._started_ns: WeakKeyDictionary[object, int] = WeakKeyDictionary()

    def begin(self, _connection: Any, _cursor: Any, _statement: str, _values: Any, execution: Any, _many: bool) -> None:
        self._started_ns[execution] = time.time_ns()

    def end(self, _connection: Any, _cursor: Any, statement: str, _values: Any, execution: Any, _many: bool) -> None:
        self._record(execution, statement, "")

    def fail(self, failure: ExceptionContext) -> None:
        if failure.execution_context is not None and failure.statement is not None:
            self._record(failure.execution_context, failure.statement, type(failure.original_exception).__name__)

    def _record(self, execution: object, statement: str, error: str) -> None:
        started_ns = self._started_ns.pop(execution, None)
        if started_ns is not None:
            shape = fingerprint(statement)
            record(SpanKind.SQL, shape.partition(" ")[0], started_ns, {"db.query.text": shape}, error)
