"""Statements that took too long: logged by their shape, without a single value, and counted."""

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
_LONGEST_SHAPE = 400
_NS_IN_MS = 1_000_000
_MAX_SHAPES = 500

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
# Ways to quote that the expression above doesn't know; Orbit's own statements have none.
_STRANGE = re.compile(r"\\|\$\w*\$")

log = structlog.get_logger()


def shape(statement: str) -> str:
    """*statement* without values: they become `?`, a list of them `?…`, so that equal questions look equal."""
    known = _STRANGE.split(statement, maxsplit=1)
    words = " ".join(_VALUE.sub("?", known[0]).split())
    words = _ROWS.sub("(?…)…", _LIST.sub("?…", words))
    if len(known) > 1:
        words += " …"
    return words if len(words) <= _LONGEST_SHAPE else f"{words[:_LONGEST_SHAPE]}…"


class SlowQueryLog:
    """Watches engines; `counts` says how often each shape took longer than *over_ms*, failures included.

    A COMMIT isn't watched, nor is waiting for a connection. *timer_ns* gives nanoseconds that only grow.
    """

    def __init__(self, over_ms: int = SLOW_MS, timer_ns: Callable[[], int] = time.monotonic_ns) -> None:
        self.counts: Counter[str] = Counter()
        # By the run of a statement; others may watch the same engine.
        self._began: WeakKeyDictionary[object, int] = WeakKeyDictionary()
        self._over_ns = over_ms * _NS_IN_MS
        self._timer_ns = timer_ns

    @property
    def total(self) -> int:
        """How many there were."""
        return self.counts.total()

    def watch(self, engine: AsyncEngine) -> None:
        """Look at every statement of *engine* from now on."""
        event.listen(engine.sync_engine, "before_cursor_execute", self._begin)
        event.listen(engine.sync_engine, "after_cursor_execute", self._end)
        event.listen(engine.sync_engine, "handle_error", self._fail)

    def _begin(self, _connection: Any, _cursor: Any, _statement: str, _values: Any, run: Any, _many: bool) -> None:
        self._began[run] = self._timer_ns()

    def _end(self, _connection: Any, _cursor: Any, statement: str, _values: Any, run: Any, _many: bool) -> None:
        self._judge(run, statement)

    def _fail(self, failure: ExceptionContext) -> None:
        if failure.execution_context is not None and failure.statement is not None:
            self._judge(failure.execution_context, failure.statement)

    def _judge(self, run: object, statement: str) -> None:
        began = self._began.pop(run, None)
        if began is None or (took_ns := self._timer_ns() - began) <= self._over_ns:
            return
        its_shape = shape(statement)
        if its_shape not in self.counts and len(self.counts) >= _MAX_SHAPES:
            its_shape = "…"
        self.counts[its_shape] += 1
        log.warning("slow_statement", shape=its_shape, milliseconds=took_ns // _NS_IN_MS)
