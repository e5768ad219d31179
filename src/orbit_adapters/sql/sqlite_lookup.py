"""Lookups in SQLite: a connection that never writes, used on the event loop itself."""

import sqlite3
from typing import Any
from urllib.parse import quote

from sqlalchemy import event
from sqlalchemy.ext.asyncio import AsyncEngine

from orbit_adapters.sql.errors import Operation, translate_errors
from orbit_adapters.sql.lookup import Lookup


class SqliteLookup:
    """Executes *lookup* in some microseconds, without the threads that wait for the writer.

    In WAL mode no writer blocks a reader. Where one does all the same, this doesn't wait: the loop would stand still.
    The connection is opened by the first read, again after any error, and closed with the engine's.
    """

    def __init__(self, engine: AsyncEngine, lookup: Lookup) -> None:
        (file,), _ = engine.dialect.create_connect_args(engine.url)
        self._uri = _existing(file)
        self._lookup = lookup
        self._connection: sqlite3.Connection | None = None
        event.listen(engine.sync_engine, "engine_disposed", lambda _engine: self.close())

    async def fetch(self, key: int) -> Any | None:
        """The row as the last commit left it."""
        rows: list[Any] | None = None
        try:
            with translate_errors(Operation.STATEMENT), self._lookup.announced(key):
                if self._connection is None:
                    self._connection = self._opened()
                # All rows, that is one: a cursor that isn't exhausted would keep its view of the file.
                rows = self._connection.execute(self._lookup.text, (key,)).fetchall()
        finally:
            if rows is None:
                self.close()
        return self._lookup.row(rows[0]) if rows else None

    def close(self) -> None:
        """Close the connection; the next read opens another one."""
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.close()

    def _opened(self) -> sqlite3.Connection:
        connection = sqlite3.connect(self._uri, uri=True, timeout=0, isolation_level=None, check_same_thread=False)
        connection.execute("PRAGMA query_only=ON")
        return connection


def _existing(file: str) -> str:
    """The URI of *file*, which isn't created. Not mode=ro: what closes a file last writes, to tidy up its log."""
    uri = file if file.startswith("file:") else f"file:{quote(file)}"
    return f"{uri}{'&' if '?' in uri else '?'}mode=rw"
