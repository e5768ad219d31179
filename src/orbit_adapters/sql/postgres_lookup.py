"""Lookups in PostgreSQL: some connections of their own in autocommit, without SQLAlchemy in between."""

import asyncio
from typing import Any

from sqlalchemy import event
from sqlalchemy.ext.asyncio import AsyncEngine

from orbit_adapters.sql.errors import Operation, translate_errors
from orbit_adapters.sql.lookup import Lookup
from orbit_adapters.sql.shield import run_to_completion
from orbit_domain.storage import StorageUnavailable

LOOKUP_CONNECTIONS = 4
_WAIT_S = 2.0


class PostgresLookup:
    """Executes *lookup* in one round trip: no BEGIN, no COMMIT, and no ping before it.

    So a connection that broke while it was idle is noticed by the read itself, which raises StorageBusy. The engine
    opens the connections, with its settings and limits; then they are ours, at most LOOKUP_CONNECTIONS of them.
    """

    def __init__(self, engine: AsyncEngine, lookup: Lookup) -> None:
        self._engine = engine
        self._lookup = lookup
        self._idle: list[Any] = []
        self._places = asyncio.Semaphore(LOOKUP_CONNECTIONS)
        event.listen(engine.sync_engine, "engine_disposed", lambda _engine: self.close())

    async def fetch(self, key: int) -> Any | None:
        """The row as the last commit left it."""
        await self._take_place()
        try:
            connection = await self._connected()
            values, is_answered = None, False
            try:
                with translate_errors(Operation.STATEMENT), self._lookup.announced(key):
                    values = await connection.fetchrow(self._lookup.text, key)
                is_answered = True
            finally:
                if is_answered:
                    self._idle.append(connection)
                else:  # Cancelled too: what is on the wire then belongs to nobody.
                    connection.terminate()
        finally:
            self._places.release()
        return None if values is None else self._lookup.row(values)

    def close(self) -> None:
        """Close the connections; the next read opens another one."""
        while self._idle:
            self._idle.pop().terminate()

    async def _take_place(self) -> None:
        if self._places.locked():
            try:
                async with asyncio.timeout(_WAIT_S):
                    await self._places.acquire()
            except TimeoutError:
                raise StorageUnavailable("every connection for lookups is in use") from None
        else:
            await self._places.acquire()

    async def _connected(self) -> Any:
        while not self._idle:
            with translate_errors(Operation.CONNECT):
                await run_to_completion(self._connect())
        return self._idle.pop()

    async def _connect(self) -> None:
        """One more idle connection: whoever waited for it may be gone when it is there."""
        pooled = await self._engine.raw_connection()
        connection = pooled.driver_connection
        pooled.detach()
        self._idle.append(connection)
