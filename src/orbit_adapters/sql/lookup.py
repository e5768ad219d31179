"""One row by its primary key, read outside of transactions: its statement, made once, and who hears that it is sent."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Protocol

from sqlalchemy import Table, bindparam, select
from sqlalchemy.ext.asyncio import AsyncEngine


class LookupExecution:
    """One execution of a lookup, in the place of the connection and of the context that SQLAlchemy's events name."""


class Lookup:
    """The row of *table* with a given primary key, in the SQL of *engine*.

    SQLAlchemy's own way to execute a statement costs ten times what SQLite or PostgreSQL needs for it, so the driver
    gets the text as it is. Whatever listens to the statements of *engine* hears of it as of any other.
    """

    def __init__(self, table: Table, engine: AsyncEngine) -> None:
        dialect = engine.dialect
        (key,) = table.primary_key.columns
        self.text = str(select(table).where(key == bindparam("key")).compile(dialect=dialect))
        self._names = tuple(column.name for column in table.columns)
        self._decoders: list[tuple[str, Callable[[Any], Any]]] = []
        for column in table.columns:
            decode = column.type.dialect_impl(dialect).result_processor(dialect, None)
            if decode is not None:
                self._decoders.append((column.name, decode))
        self._events: Any = engine.sync_engine.dispatch

    def row(self, values: Sequence[Any]) -> Any:
        """What the driver has read, by column, as SQLAlchemy's own way gives it."""
        row = dict(zip(self._names, values, strict=True))
        for name, decode in self._decoders:
            row[name] = decode(row[name])
        return row

    @contextmanager
    def announced(self, key: int) -> Iterator[None]:
        """The driver executes the statement in this block; when it fails, the statement has ended all the same."""
        execution = LookupExecution()
        told = (execution, None, self.text, (key,), execution, False)
        for hear in self._events.before_cursor_execute:
            hear(*told)
        try:
            yield
        finally:
            for hear in self._events.after_cursor_execute:
                hear(*told)


class LookupConnection(Protocol):
    """A way to execute a lookup without a transaction."""

    async def fetch(self, key: int) -> Any | None:
        """The row, if there is one. Raises StorageError; after StorageBusy a transaction may well read it."""
