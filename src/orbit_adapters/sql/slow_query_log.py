"""Logs and counts slow statements by their fingerprint, which holds no values."""

import re
import time
from collections import Counter
from collections.abc import Callable
from typing import Any
from weakref import WeakKeyDictionary

import structlog
from sqlalchemy import ExceptionContext, event
from sqlalchemy.ext.asyncio import AsyncEngine

SLOW_MS = 250
_MAX_FINGERPRINT_CHARS = 400
_NS_IN_MS = 1_000_000
_MAX_FINGERPRINTS = 500

_VALUE = re.compile(
    r"""
    '(?:[^']|'')*'                                  # a text
    | \$\d+                                         # a parameter of PostgreSQL, and the type it is sent as
      (?: ::\w+ (?:\([\d, ]+\))? (?:\ WITH(?:OUT)?\ TIME\ ZONE)? )?
    | \b\d[\d.]*\b                                 # a number, unless it is part of a name
    """,
    re.VERBOSE,
)
_LIST = re.compile(r"\?(?:, \?)+")
_ROWS = re.compile(r"\(\?…?\)(?:, \(\?…?\))+")
# Ways to quote that the expression above doesn't match; Orbit's own statements have none.
_UNKNOWN_QUOTING = re.compile(r"\\|\$\w*\$")

log = structlog.get_logger()


def fingerprint(statement: str) -> str:
    """*statement* without values: a value becomes `?`, a list `?…`, so that equal queries have equal fingerprints."""
    known = _UNKNOWN_QUOTING.split(statement, maxsplit=1)
    words = " ".join(_VALUE.sub("?", known[0]).split())
    words = _ROWS.sub("(?…)…", _LIST.sub("?…", words))
    if len(known) > 1:
        words += " …"
    return words if len(words) <= _MAX_FINGERPRINT_CHARS else f"{words[:_MAX_FINGERPRINT_CHARS]}…"


class SlowQueryLog:
    """Counts in `counts` how often each fingerprint took longer than *over_ms*, failures included, and all in `sent`.

    A COMMIT isn't watched, nor is waiting for a connection. *timer_ns* is a monotonic clock in nanoseconds.
    """

    def __init__(self, over_ms: int = SLOW_MS, timer_ns: Callable[[], int] = time.monotonic_ns) -> None:
        self.counts: Counter[str] = Counter()
        self.sent = 0
        # By the execution of a statement; several logs may listen to one engine.
        self._started_ns: WeakKeyDictionary[object, int] = WeakKeyDictionary()
        self._over_ns = over_ms * _NS_IN_MS
        self._timer_ns = timer_ns

    @property
    def total(self) -> int:
        """The number of slow statements."""
        return self.counts.total()

    def watch(self, engine: AsyncEngine) -> None:
        """Measure every statement of *engine* from now on."""
        event.listen(engine.sync_engine, "before_cursor_execute", self._begin)
        event.listen(engine.sync_engine, "after_cursor_execute", self._end)
        event.listen(engine.sync_engine, "handle_error", self._fail)

    def _begin(
        self, _connection: Any, _cursor: Any, _statement: str, _values: Any, execution: Any, _many: bool
    ) -> None:
        self.sent += 1
        self._started_ns[execution] = self._timer_ns()

    def _end(self, _connection: Any, _cursor: Any, statement: str, _values: Any, execution: Any, _many: bool) -> None:
        self._record(execution, statement)

    def _fail(self, failure: ExceptionContext) -> None:
        if failure.execution_context is not None and failure.statement is not None:
            self._record(failure.execution_context, failure.statement)

    def _record(self, execution: object, statement: str) -> None:
        started_ns = self._started_ns.pop(execution, None)
        if started_ns is None or (took_ns := self._timer_ns() - started_ns) <= self._over_ns:
            return
        found = fingerprint(statement)
        if found not in self.counts and len(self.counts) >= _MAX_FINGERPRINTS:
            found = "…"
        self.counts[found] += 1
        log.warning("slow_statement", fingerprint=found, milliseconds=took_ns // _NS_IN_MS)
