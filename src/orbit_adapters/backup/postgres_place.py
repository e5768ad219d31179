"""The database of a shop on PostgreSQL, and how another one takes its place: both names change in one transaction.

The new one is made beside it on the same server, with a random name that the next run knows again.
"""

import asyncio
import secrets
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import URL, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from orbit_adapters.backup.patience import open_patiently
from orbit_adapters.backup.place import Kept, Unconfirmed
from orbit_adapters.backup.postgres_connections import require_no_connections
from orbit_adapters.backup.postgres_databases import (
    MayNotCreate,
    analyze,
    create_database,
    drop_database,
    sweep_databases,
)
from orbit_adapters.backup.refused import BackupRefused
from orbit_adapters.backup.scratch import POSTGRES
from orbit_adapters.backup.tables import quoted
from orbit_adapters.sql.engine import database_url
from orbit_adapters.sql.errors import Operation, as_storage_error
from orbit_adapters.sql.shield import run_to_completion
from orbit_domain.backup.backup import BackupProblem

_PREFIX = "orbit_restore_"
_MAINTENANCE = "postgres"
_MOMENT = "%Y%m%dt%H%M%Sz"
_MAX_NAME = 63
_IN_USE = "55006"
_EXISTS = "SELECT 1 FROM pg_database WHERE datname = :name"
_OWNS = "SELECT pg_has_role(current_user, datdba, 'USAGE') FROM pg_database WHERE datname = :name"
_SHOP_OWNS = "SELECT pg_has_role(CAST(:role AS TEXT), datdba, 'USAGE') FROM pg_database WHERE datname = :name"
_MAKES = "SELECT rolsuper OR rolcreatedb FROM pg_roles WHERE rolname = current_user"
_RIGHT = (
    "ALTER ROLE … CREATEDB for the role of DATABASE_URL, or name an empty database with --into; the role of "
    "ORBIT_BACKUP_SCRATCH_URL does it too, if that is the same server and the role may act for the shop's"
)


@dataclass(frozen=True, slots=True)
class PostgresPlace:
    """The database at *address*, which may be missing. *scratch_address* names another role of that server."""

    address: str
    shop: str
    scratch_address: str

    kind = POSTGRES

    async def prepare(self) -> None:
        """Drop what a killed run has left; nobody may be connected, and the role must be able to make and rename."""
        async with self._maintenance() as engine:
            await sweep_databases(engine, f"{_PREFIX}{self.shop}", but=self._name)
            async with engine.connect() as connection:
                if await connection.scalar(text(_SHOP_OWNS), {"name": self._name, "role": self._url.username}) is False:
                    what = "The role of DATABASE_URL doesn't own the shop's database, so it may not have another one."
                    raise BackupRefused(BackupProblem.DATABASE, what, "run this with the DATABASE_URL of its owner")
                await require_no_connections(connection, self._name)

    async def live(self) -> str | None:
        """The address, if the server has that database."""
        async with self._maintenance() as engine, engine.connect() as connection:
            return self.address if await _exists(connection, self._name) else None

    @asynccontextmanager
    async def new_database(self) -> AsyncIterator[str]:
        """A database of the shop's role on the same server."""
        name = f"{_PREFIX}{self.shop}_{secrets.token_hex(4)}"
        async with self._maintenance() as engine:
            try:
                await create_database(engine, name, self._url.username)
            except MayNotCreate:
                raise _no_right() from None
        async with AsyncExitStack() as unless_put:
            unless_put.push_async_callback(self._dropped, name)
            yield self._url.set(database=name).render_as_string(hide_password=False)
            unless_put.pop_all()

    async def put(self, address: str, now: datetime) -> Kept | None:
        """Rename both. Where somebody has connected meanwhile, the server refuses it.

        A command that is stopped now still ends with the answer: it would say otherwise that nothing has changed.
        """
        await analyze(address)
        renaming = asyncio.ensure_future(self._put(address, now))
        while not renaming.done():
            with suppress(asyncio.CancelledError):
                await asyncio.wait([renaming])
        return renaming.result()

    async def _put(self, address: str, now: datetime) -> Kept | None:
        new, before = str(database_url(address).database), _before(self._name, now)
        async with self._maintenance() as engine:
            async with engine.connect() as connection:
                is_there = await _exists(connection, self._name)
            renames = [(self._name, before)] if is_there else []
            await self._renamed(engine, [*renames, (new, self._name)])
        return Kept(before, f"dropdb {before}") if is_there else None

    @property
    def _url(self) -> URL:
        return database_url(self.address)

    @property
    def _name(self) -> str:
        return str(self._url.database)

    async def _renamed(self, engine: AsyncEngine, renames: Sequence[tuple[str, str]]) -> None:
        try:
            async with engine.begin() as connection:
                for old, new in renames:
                    await connection.execute(text(f"ALTER DATABASE {quoted(old)} RENAME TO {quoted(new)}"))
        except DBAPIError as error:
            if getattr(error.orig, "sqlstate", None) == _IN_USE:
                async with engine.connect() as connection:
                    await require_no_connections(connection, *(old for old, _ in renames))
                raise _busy() from None
            await self._require_renamed(engine, renames, error)
        except OSError as error:
            await self._require_renamed(engine, renames, error)

    async def _require_renamed(
        self, engine: AsyncEngine, renames: Sequence[tuple[str, str]], error: DBAPIError | OSError
    ) -> None:
        """Where the answer to the COMMIT is lost, the server is asked what it did. Raises *error* for nothing."""
        if as_storage_error(error, Operation.COMMIT) is None:
            raise error
        try:
            async with engine.connect() as connection:
                is_renamed = not await _exists(connection, renames[-1][0])
        except (DBAPIError, OSError):
            what = f"The server went away while the names changed: {self._name} is the old database, or the new one."
            next_step = f"when it answers: psql --list; if {renames[0][1]} is there it was done, else run this again"
            raise Unconfirmed(BackupProblem.DATABASE, what, next_step) from None
        if not is_renamed:
            raise error

    async def _dropped(self, name: str) -> None:
        """Drop what was half-made. What can't be dropped now, the next run knows by its name."""
        with suppress(BackupRefused, DBAPIError, OSError):
            async with self._maintenance() as engine:
                await run_to_completion(drop_database(engine, name))

    @asynccontextmanager
    async def _maintenance(self) -> AsyncIterator[AsyncEngine]:
        """Connections to a database that isn't renamed, of a role that may do it. Raises BackupRefused."""
        reached = False
        for url in self._maintenance_urls():
            engine = open_patiently(url.render_as_string(hide_password=False))
            try:
                may = await self._may(engine)
                reached = reached or may is not None
                if may:
                    yield engine
                    return
            finally:
                await run_to_completion(engine.dispose())
        if reached:
            raise _no_right()
        what = f"The server's database {_MAINTENANCE} can't be reached with the role of DATABASE_URL."
        next_step = "check that the server is up; let the role connect there, or name an empty database with --into"
        raise BackupRefused(BackupProblem.DATABASE, what, next_step)

    def _maintenance_urls(self) -> Sequence[URL]:
        own, scratch = self._url.set(database=_MAINTENANCE), database_url(self.scratch_address)
        is_same_server = (scratch.host, scratch.port or 5432) == (own.host, own.port or 5432)
        return [own, scratch] if is_same_server and scratch.database != self._name else [own]

    async def _may(self, engine: AsyncEngine) -> bool | None:
        """Whether this role may do it; None: it can't connect."""
        try:
            async with engine.connect() as connection:
                makes = await connection.scalar(text(_MAKES))
                owns = await connection.scalar(text(_OWNS), {"name": self._name})
                return bool(makes) and owns is not False
        except (DBAPIError, OSError) as error:
            if as_storage_error(error, Operation.CONNECT) is None and not _refuses_entry(error):
                raise
            return None


async def _exists(connection: AsyncConnection, name: str) -> bool:
    return await connection.scalar(text(_EXISTS), {"name": name}) is not None


def _refuses_entry(error: Exception) -> bool:
    return getattr(getattr(error, "orig", error), "sqlstate", None) in ("42501", "3D000")


def _before(name: str, now: datetime) -> str:
    end = f"_before_{now.astimezone(UTC).strftime(_MOMENT)}"
    return name.encode()[: _MAX_NAME - len(end)].decode("utf-8", "ignore") + end


def _no_right() -> BackupRefused:
    what = "The shop's role may not make a database, or doesn't own the live one, so none can take its place."
    return BackupRefused(BackupProblem.NO_SCRATCH, what, _RIGHT)


def _busy() -> BackupRefused:
    what = "The shop runs: its database is in use."
    return BackupRefused(BackupProblem.RUNNING, what, "stop the shop, and each command that uses its database")
