"""Counts the statements of each transaction: a budget against N+1 queries."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, event
from sqlalchemy.ext.asyncio import AsyncEngine

from orbit_adapters.sql.lookup import LookupExecution


class StatementCounter:
    """The statements that were sent, one list for each transaction or lookup, in the order they began.

    Savepoints count, because each is a round trip; BEGIN and COMMIT don't, because each transaction has one.
    Every item is a statement's text and its parameters.
    """

    def __init__(self) -> None:
        self.sent: list[list[tuple[str, Any]]] = []
        self._open: dict[Connection, list[tuple[str, Any]]] = {}

    @property
    def counts(self) -> list[int]:
        """How many statements each transaction had."""
        return [len(statements) for statements in self.sent]

    def begin(self, connection: Connection) -> None:
        """A transaction has begun."""
        self._open[connection] = []
        self.sent.append(self._open[connection])

    def execute(
        self,
        connection: Connection | LookupExecution,
        _cursor: object,
        statement: str,
        parameters: Any,
        *_rest: object,
    ) -> None:
        """A statement is being sent."""
        if isinstance(connection, LookupExecution):
            self.sent.append([(statement, parameters)])
        elif connection in self._open and not statement.startswith("BEGIN"):
            self._open[connection].append((statement, parameters))

    def end(self, connection: Connection) -> None:
        """The transaction is over."""
        self._open.pop(connection, None)


@contextmanager
def count_statements(engine: AsyncEngine) -> Iterator[StatementCounter]:
    """Count everything that *engine* sends inside the block."""
    counter = StatementCounter()
    listeners = (
        ("begin", counter.begin),
        ("before_cursor_execute", counter.execute),
        ("commit", counter.end),
        ("rollback", counter.end),
    )
    for name, listener in listeners:
        event.listen(engine.sync_engine, name, listener)
    try:
        yield counter
    finally:
        for name, listener in listeners:
            event.remove(engine.sync_engine, name, listener)
