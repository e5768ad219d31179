"""PostgreSQL databases in which three keys were sold on the first of two panels, as many copies as are wanted."""

from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager
from copy import deepcopy
from typing import Any

import asyncpg
from sqlalchemy import make_url

from orbit_adapters.sql.storage import SqlStorage
from orbit_domain.money import RUB
from tests.integration.postgres.patience import patient_engine
from tests.support.crash_injection import CrashBudget, watch
from tests.support.servers.databases import Databases
from tests.support.world import World
from tests.unit.use_cases.moving_journey import MovingJourney, sell_on_the_first, two_panels

_LOCK_TIMEOUT = "3s"


class MovingOnPostgres(MovingJourney):
    """The same journey in a database of its own; a dead process's locks are gone before the next one begins."""

    def __init__(self, fatal: Collection[int], world: World, activity: "asyncpg.Connection[Any]") -> None:
        super().__init__(fatal, world)
        self._activity = activity

    async def until_gone(self, process: CrashBudget) -> None:
        """Minutes pass before the next run, so it finds no row that is still locked for the dead process."""
        living = "SELECT count(*) FROM pg_stat_activity WHERE pid = ANY($1)"
        while await self._activity.fetchval(living, process.cut_pids):
            """Each read is a round trip, so this is no idle spinning."""


class MovesDatabase:
    """Where the keys were sold once: the database *template*, and the *world* around it."""

    def __init__(self, databases: Databases, template: str, world: World, activity: "asyncpg.Connection[Any]") -> None:
        self._databases = databases
        self._template = template
        self._world = world
        self._activity = activity

    @asynccontextmanager
    async def journey(self, fatal: Collection[int] = ()) -> AsyncIterator[MovingJourney]:
        """A journey in a copy of everything."""
        world = deepcopy(self._world)
        async with self._databases.fresh(self._template) as url, _storage(url) as world.storage:
            yield MovingOnPostgres(fatal, world, self._activity)


@asynccontextmanager
async def open_moves_database(databases: Databases, migrated_template: str) -> AsyncIterator[MovesDatabase]:
    """Sell the keys in a database of their own."""
    async with databases.fresh(migrated_template) as url:
        async with _storage(url) as storage:
            world = two_panels(storage)
            await sell_on_the_first(world)
        del world.storage
        name = make_url(url).database
        assert name is not None
        # A template has no connections, so this one looks at the server from another database.
        other = make_url(url).set(drivername="postgresql", database="postgres").render_as_string(hide_password=False)
        activity = await asyncpg.connect(other)
        try:
            yield MovesDatabase(databases, name, world, activity)
        finally:
            await activity.close()


@asynccontextmanager
async def _storage(url: str) -> AsyncIterator[SqlStorage]:
    engine = patient_engine(url, lock_timeout=_LOCK_TIMEOUT)
    watch(engine)
    try:
        yield SqlStorage(engine, base=RUB)
    finally:
        await engine.dispose()
