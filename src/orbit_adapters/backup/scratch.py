"""Scratch databases: an archive is restored there and compared, and nothing of it stays."""

import re
import secrets
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine

from orbit_adapters.backup.patience import open_patiently
from orbit_adapters.backup.refused import BackupRefused
from orbit_adapters.backup.tables import quoted
from orbit_adapters.sql.engine import database_url
from orbit_adapters.sql.shield import run_to_completion
from orbit_domain.backup.backup import BackupProblem

POSTGRES, SQLITE = "postgresql", "sqlite"
_PREFIX = "orbit_scratch_"
_OURS = re.compile(_PREFIX + r"(?P<shop>[0-9a-f]{12})_[0-9a-f]{8}", re.ASCII)
_LEFT = (
    "SELECT datname FROM pg_database WHERE datname LIKE :prefix ESCAPE '@' AND pg_get_userbyid(datdba) = current_user"
)
_FOLDER = "backup-scratch"
_RIGHT = "ALTER ROLE … CREATEDB for the shop's role, or set ORBIT_BACKUP_SCRATCH_URL to a server where one may"


def kind_of(address: str) -> str:
    """The kind of database that *address* names. Raises UnusableDatabase."""
    return database_url(address).get_backend_name()


class Scratch:
    """Makes scratch databases for the archives of *shop*.

    Those of PostgreSQL are made on the server of *address*, with random names; those of SQLite are files in a folder
    for this user alone below *data_dir*. What a killed run has left is removed by the next one: whoever uses this holds
    the lock of the folder of backups.
    """

    def __init__(self, shop: str, address: str, data_dir: Path) -> None:
        self._shop = shop
        self._address = address
        self._folder = data_dir / _FOLDER

    @asynccontextmanager
    async def database(self, kind: str) -> AsyncIterator[str]:
        """The address of an empty database of *kind*, which is gone when the block ends. Raises BackupRefused."""
        if kind == SQLITE:
            async with self._file() as address:
                yield address
            return
        if kind != POSTGRES or kind_of(self._address) != POSTGRES:
            what = "This archive can be verified on a PostgreSQL server alone, and none is set."
            raise BackupRefused(BackupProblem.NO_SCRATCH, what, "set ORBIT_BACKUP_SCRATCH_URL")
        engine = open_patiently(self._address)
        name = f"{_PREFIX}{self._shop}_{secrets.token_hex(4)}"
        try:
            await self._sweep(engine)
            await _create(engine, name)
            try:
                yield database_url(self._address).set(database=name).render_as_string(hide_password=False)
            finally:
                await run_to_completion(_drop(engine, name))
        finally:
            await run_to_completion(engine.dispose())

    @asynccontextmanager
    async def _file(self) -> AsyncIterator[str]:
        try:
            self._empty_folder()
            yield f"sqlite+aiosqlite:///{self._folder / 'scratch.db'}"
        finally:
            shutil.rmtree(self._folder, ignore_errors=True)

    def _empty_folder(self) -> None:
        if self._folder.is_symlink():
            self._folder.unlink()
        shutil.rmtree(self._folder, ignore_errors=True)
        self._folder.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._folder.mkdir(mode=0o700)

    async def _sweep(self, engine: AsyncEngine) -> None:
        """Drop what a killed run of this shop has left."""
        async with engine.connect() as connection:
            prefix = f"{_PREFIX}{self._shop}_%".replace("orbit_scratch_", "orbit@_scratch@_")
            names = (await connection.scalars(text(_LEFT), {"prefix": prefix})).all()
        for name in names:
            if _OURS.fullmatch(name):
                await _drop(engine, name)


async def _create(engine: AsyncEngine, name: str) -> None:
    try:
        await _alone(engine, f"CREATE DATABASE {quoted(name)} TEMPLATE template0 ENCODING 'UTF8'")
    except DBAPIError as error:
        if getattr(error.orig, "sqlstate", None) != "42501":
            raise
        what = "The shop's role may not create a database, so the backup can't be tried out."
        raise BackupRefused(BackupProblem.NO_SCRATCH, what, _RIGHT) from None


async def _drop(engine: AsyncEngine, name: str) -> None:
    await _alone(engine, f"DROP DATABASE IF EXISTS {quoted(name)} WITH (FORCE)")


async def _alone(engine: AsyncEngine, statement: str) -> None:
    """Send what no transaction may hold."""
    async with engine.connect() as fresh:
        connection = await fresh.execution_options(isolation_level="AUTOCOMMIT")
        await connection.execute(text(statement))
