"""A database that is there already, and empty: where the shop's role may make none, its host makes one."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from orbit_adapters.backup.patience import open_patiently
from orbit_adapters.backup.place import Kept
from orbit_adapters.backup.postgres_connections import require_no_connections
from orbit_adapters.backup.postgres_databases import analyze
from orbit_adapters.backup.refused import BackupRefused
from orbit_adapters.backup.scratch import POSTGRES, kind_of
from orbit_adapters.sql.engine import database_url
from orbit_adapters.sql.errors import Operation, as_storage_error
from orbit_adapters.sql.shield import run_to_completion
from orbit_domain.backup.backup import BackupProblem
from orbit_domain.storage import StorageError

# What an extension has brought, such as the host's statistics, belongs to no shop.
_CONTENT = (
    "SELECT COUNT(*) FROM pg_class JOIN pg_namespace ON pg_namespace.oid = relnamespace "
    "WHERE nspname <> 'information_schema' AND NOT starts_with(nspname, 'pg_') AND NOT EXISTS ("
    "SELECT 1 FROM pg_depend WHERE classid = 'pg_class'::regclass AND objid = pg_class.oid AND deptype = 'e')"
)
_TABLES = (
    "SELECT pg_class.oid::regclass::text FROM pg_class "
    "WHERE relkind = 'r' AND relnamespace = current_schema()::regnamespace AND NOT EXISTS ("
    "SELECT 1 FROM pg_depend WHERE classid = 'pg_class'::regclass AND objid = pg_class.oid AND deptype = 'e')"
)
_FUNCTIONS = (
    "SELECT pg_proc.oid::regprocedure::text FROM pg_proc "
    "WHERE pronamespace = current_schema()::regnamespace AND NOT EXISTS ("
    "SELECT 1 FROM pg_depend WHERE classid = 'pg_proc'::regclass AND objid = pg_proc.oid AND deptype = 'e')"
)


@dataclass(frozen=True, slots=True)
class GivenPlace:
    """The database at *address*; the live one is at *live_address*, and stays where it is."""

    address: str
    live_address: str

    kind = POSTGRES

    async def prepare(self) -> None:
        """It must be empty, and no shop may run on the live one."""
        if kind_of(self.address) != POSTGRES:
            what = "Only a PostgreSQL database can be named with --into."
            raise BackupRefused(BackupProblem.DATABASE, what, "leave --into out: the SQLite file is put into its place")
        engine = open_patiently(self.address)
        try:
            async with engine.connect() as connection:
                content = await connection.scalar(text(_CONTENT))
        finally:
            await engine.dispose()
        if content:
            what = "The database named with --into isn't empty: it holds a shop, or what a killed restore has left."
            raise BackupRefused(BackupProblem.DATABASE, what, "name an empty one, or drop it and create it again")
        await self._require_rest()

    async def live(self) -> str | None:
        """The live database, unless it is the one that is given."""
        return None if self._is_live() else self.live_address

    @asynccontextmanager
    async def new_database(self) -> AsyncIterator[str]:
        """The database itself; after a failure it is empty again."""
        async with AsyncExitStack() as unless_put:
            unless_put.push_async_callback(self._emptied)
            yield self.address
            unless_put.pop_all()

    async def put(self, address: str, now: datetime) -> Kept | None:
        """It is in its place already: the owner sets DATABASE_URL."""
        await analyze(address)
        await self._require_rest()
        return None

    async def _require_rest(self) -> None:
        if kind_of(self.live_address) != POSTGRES or self._is_live():
            return
        engine = open_patiently(self.live_address)
        try:
            async with engine.connect() as connection:
                await require_no_connections(connection, str(database_url(self.live_address).database))
        except (DBAPIError, OSError) as error:
            if as_storage_error(error, Operation.CONNECT) is None:
                raise
            # No shop runs on what nobody reaches.
        finally:
            await engine.dispose()

    def _is_live(self) -> bool:
        given, live = database_url(self.address), database_url(self.live_address)
        return (given.host, given.port, given.database) == (live.host, live.port, live.database)

    async def _emptied(self) -> None:
        """What can't be done now, the next run refuses and names."""
        with suppress(DBAPIError, StorageError, OSError):
            await run_to_completion(_empty(self.address))


async def _empty(address: str) -> None:
    """What was loaded half-way can't be migrated down: its references are gone."""
    engine = open_patiently(address)
    try:
        async with engine.begin() as connection:
            for kind, names in (("TABLE", _TABLES), ("FUNCTION", _FUNCTIONS)):
                for name in await connection.scalars(text(names)):
                    await connection.execute(text(f"DROP {kind} IF EXISTS {name} CASCADE"))
    finally:
        await engine.dispose()
