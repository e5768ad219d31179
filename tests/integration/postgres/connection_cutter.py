"""Terminates backends while they are in use."""

import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import asyncpg
from sqlalchemy import Connection, event, make_url
from sqlalchemy.ext.asyncio import AsyncEngine
from sqlalchemy.util import await_only


class ConnectionCutter:
    """Repeatedly terminates the backend of its engine right before a statement or a COMMIT.

    How many calls lie between two cuts is drawn from *chance*, *max_calls* at most. `statements` and
    `commits` count how often each was cut.
    """

    def __init__(self, admin: asyncpg.Connection, chance: random.Random, max_calls: int) -> None:
        self.statements = 0
        self.commits = 0
        self._admin = admin
        self._chance = chance
        self._max_calls = max_calls
        self._left = chance.randint(1, max_calls)

    @property
    def cuts(self) -> int:
        """How many connections were lost."""
        return self.statements + self.commits

    def before_statement(self, connection: Connection, *_rest: Any) -> None:
        """A statement is about to be sent."""
        self.statements += self._cut(connection)

    def before_commit(self, connection: Connection) -> None:
        """A COMMIT is about to be sent."""
        self.commits += self._cut(connection)

    def _cut(self, connection: Connection) -> bool:
        self._left -= 1
        if self._left:
            return False
        self._left = self._chance.randint(1, self._max_calls)
        driver: Any = connection.connection.driver_connection
        await_only(self._terminate(driver.get_server_pid()))
        return True

    async def _terminate(self, pid: int) -> None:
        await self._admin.execute("SELECT pg_terminate_backend($1)", pid)
        # Half of the time the backend may still be terminating when the next call reaches it.
        if self._chance.random() < 0.5:
            while await self._admin.fetchval("SELECT count(*) FROM pg_stat_activity WHERE pid = $1", pid):
                pass


@asynccontextmanager
async def cut_connections(engine: AsyncEngine, seed: int, max_calls: int) -> AsyncIterator[ConnectionCutter]:
    """Cut the connections of *engine* while the block runs."""
    plain = make_url(engine.url).set(drivername="postgresql").render_as_string(hide_password=False)
    admin = await asyncpg.connect(plain)
    cutter = ConnectionCutter(admin, random.Random(seed), max_calls)
    listeners = (("before_cursor_execute", cutter.before_statement), ("commit", cutter.before_commit))
    for name, listener in listeners:
        event.listen(engine.sync_engine, name, listener)
    try:
        yield cutter
    finally:
        for name, listener in listeners:
            event.remove(engine.sync_engine, name, listener)
        await admin.close()
