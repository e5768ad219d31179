"""Backends that are terminated while somebody is using them."""

import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import asyncpg
from sqlalchemy import Connection, event, make_url
from sqlalchemy.ext.asyncio import AsyncEngine
from sqlalchemy.util import await_only


class Cutter:
    """Terminates the backend of its engine right before a statement or a COMMIT, again and again.

    How many calls lie between two cuts is drawn from *chance*, *longest* at most. `statements` and
    `commits` say how often each was hit.
    """

    def __init__(self, admin: asyncpg.Connection, chance: random.Random, longest: int) -> None:
        self.statements = 0
        self.commits = 0
        self._admin = admin
        self._chance = chance
        self._longest = longest
        self._left = chance.randint(1, longest)

    @property
    def cuts(self) -> int:
        """How many connections were lost."""
        return self.statements + self.commits

    def before_statement(self, connection: Connection, *_rest: Any) -> None:
        """A statement is on its way."""
        self.statements += self._cut(connection)

    def before_commit(self, connection: Connection) -> None:
        """A COMMIT is on its way."""
        self.commits += self._cut(connection)

    def _cut(self, connection: Connection) -> bool:
        self._left -= 1
        if self._left:
            return False
        self._left = self._chance.randint(1, self._longest)
        driver: Any = connection.connection.driver_connection
        await_only(self._terminate(driver.get_server_pid()))
        return True

    async def _terminate(self, pid: int) -> None:
        await self._admin.execute("SELECT pg_terminate_backend($1)", pid)
        # Half of the time the victim may still be dying when the next call reaches it.
        if self._chance.random() < 0.5:
            while await self._admin.fetchval("SELECT count(*) FROM pg_stat_activity WHERE pid = $1", pid):
                pass


@asynccontextmanager
async def cutting(engine: AsyncEngine, seed: int, longest: int) -> AsyncIterator[Cutter]:
    """Cut the connections of *engine* while the block runs."""
    plain = make_url(engine.url).set(drivername="postgresql").render_as_string(hide_password=False)
    admin = await asyncpg.connect(plain)
    cutter = Cutter(admin, random.Random(seed), longest)
    listeners = (("before_cursor_execute", cutter.before_statement), ("commit", cutter.before_commit))
    for name, listener in listeners:
        event.listen(engine.sync_engine, name, listener)
    try:
        yield cutter
    finally:
        for name, listener in listeners:
            event.remove(engine.sync_engine, name, listener)
        await admin.close()
