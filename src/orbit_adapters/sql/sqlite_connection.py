"""The connection to SQLite that transactions use: each statement is one round trip to the connection's thread."""

import sqlite3
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from typing import Any

from aiosqlite import Connection

_ROWS = 1_000
"""So many rows come with the statement; what is more is fetched when it is wanted, as a stream does."""


class OneTripConnection(Connection):
    """aiosqlite's connection, whose cursors go to its thread once where the library's go four times.

    A trip costs more than most statements: two threads hand over the interpreter, twice. What SQLAlchemy asks of a
    cursor besides, to make it and to close it, is done on the trip of the statement.
    """

    def cursor(self) -> "OneTripCursor":  # type: ignore[override]
        """A cursor that SQLAlchemy enters; nothing is sent yet."""
        return OneTripCursor(self)

    async def rollback(self) -> None:
        """Nothing to do without a transaction, as after every COMMIT."""
        if self.in_transaction:
            await super().rollback()

    async def run(self, work: Callable[[sqlite3.Connection], Any]) -> Any:
        """What *work* returns, done in the connection's thread."""
        return await self._execute(work, self._conn)  # type: ignore[no-untyped-call]


class OneTripCursor:
    """What SQLAlchemy uses of aiosqlite's cursor."""

    def __init__(self, connection: OneTripConnection) -> None:
        self.description: Any = None
        self.rowcount = -1
        self.lastrowid: int | None = None
        self.arraysize = 1
        self._connection = connection
        self._rows: list[Any] = []
        self._rest: sqlite3.Cursor | None = None

    async def __aenter__(self) -> "OneTripCursor":
        return self

    async def execute(self, sql: str, parameters: Iterable[Any] = ()) -> "OneTripCursor":
        """Execute a statement and fetch its rows, or the first of many."""
        await self._connection.run(lambda connection: self._keep(connection.execute(sql, parameters)))  # type: ignore[arg-type]
        return self

    async def executemany(self, sql: str, parameters: Iterable[Iterable[Any]]) -> "OneTripCursor":
        """Execute a statement once for each row of parameters."""
        await self._connection.run(lambda connection: self._keep(connection.executemany(sql, parameters)))  # type: ignore[arg-type]
        return self

    async def fetchone(self) -> Any | None:
        """The next row, if there is one."""
        rows = await self.fetchmany(1)
        return rows[0] if rows else None

    async def fetchmany(self, size: int | None = None) -> Sequence[Any]:
        """The next rows."""
        count = self.arraysize if size is None else size
        rest = self._rest
        if len(self._rows) < count and rest is not None:
            self._rows += await self._connection.run(lambda _: rest.fetchmany(max(count, _ROWS)))
        rows = self._rows[:count]
        del self._rows[:count]
        return rows

    async def fetchall(self) -> Sequence[Any]:
        """Every row that is left."""
        rest = self._rest
        if rest is not None:
            self._rows += await self._connection.run(lambda _: rest.fetchall())
        rows, self._rows = self._rows, []
        return rows

    async def __aiter__(self) -> AsyncIterator[Any]:
        while rows := await self.fetchmany(_ROWS):
            for row in rows:
                yield row

    async def close(self) -> None:
        """Drop what wasn't fetched."""
        rest, self._rest, self._rows = self._rest, None, []
        if rest is not None:
            await self._connection.run(lambda _: rest.close())

    def _keep(self, cursor: sqlite3.Cursor) -> None:
        """What SQLAlchemy will ask of *cursor*, which is open only as long as it has more rows. In the thread."""
        self.description, self.rowcount, self.lastrowid = cursor.description, cursor.rowcount, cursor.lastrowid
        self._rows = cursor.fetchmany(_ROWS)
        if len(self._rows) == _ROWS:
            self._rest = cursor
        else:
            # RETURNING counts its rows only while they are fetched.
            self.rowcount = cursor.rowcount
            cursor.close()
