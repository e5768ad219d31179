"""Scratch databases: an archive is restored there and compared, and nothing of it stays."""

import secrets
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from sqlalchemy.ext.asyncio import AsyncEngine

from orbit_adapters.backup.patience import open_patiently
from orbit_adapters.backup.postgres_databases import MayNotCreate, create_database, drop_database, sweep_databases
from orbit_adapters.backup.refused import BackupRefused
from orbit_adapters.sql.engine import database_url
from orbit_adapters.sql.shield import run_to_completion
from orbit_domain.backup.backup import BackupProblem

POSTGRES, SQLITE = "postgresql", "sqlite"
_PREFIX = "orbit_scratch_"
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
            await sweep_databases(engine, f"{_PREFIX}{self._shop}")
            await _create(engine, name)
            try:
                yield database_url(self._address).set(database=name).render_as_string(hide_password=False)
            finally:
                await run_to_completion(drop_database(engine, name))
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


async def _create(engine: AsyncEngine, name: str) -> None:
    try:
        await create_database(engine, name)
    except MayNotCreate:
        what = "The shop's role may not create a database, so the backup can't be tried out."
        raise BackupRefused(BackupProblem.NO_SCRATCH, what, _RIGHT) from None
