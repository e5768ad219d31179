"""Migrates a database's schema to a revision, one process at a time, and says which one it has.

alembic is loaded only to migrate: a process that finds the newest schema needs none of it.
"""

import asyncio
import errno
import fcntl
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from orbit_adapters.sql.engine import UnusableDatabase, database_url, open_engine
from orbit_adapters.sql.errors import Operation, translate_errors
from orbit_adapters.sql.lost_data import DataWouldBeLost, content, losses

if TYPE_CHECKING:
    from alembic.config import Config

_SCRIPTS = Path(__file__).parent / "migrations"
_ADVISORY_LOCK = 0x0B17
_VERSIONS = "alembic_version"


async def migrate(address: str, to: str = "head", *, down: bool = False, keep_data: bool = False) -> None:
    """Upgrade the schema at *address* to revision *to*, or downgrade it with *down*, all or nothing.

    Going down without a target goes one step. A second process waits until the first has finished,
    and then finds nothing left to do. Raises UnusableDatabase, StorageError, alembic's CommandError for
    an unknown revision, and with *keep_data* DataWouldBeLost.
    """
    target = "-1" if down and to == "head" else to
    engine = open_engine(address, unlimited=True)
    try:
        with translate_errors(Operation.CONNECT):
            async with _exclusive_connection(engine) as connection:
                await connection.run_sync(_move_and_keep if keep_data else move, target, down)
    finally:
        await engine.dispose()


async def schema_state(address: str) -> tuple[str | None, str]:
    """The revision that the database at *address* has (None: it is empty), and the newest one there is.

    Nothing is created. Raises UnusableDatabase, StorageError.
    """
    newest = revisions()[-1]
    file = _file_of(address)
    if file is not None and not file.exists():
        return None, newest
    if file is not None:
        _require_rights(file)
    engine = open_engine(address)
    try:
        with translate_errors(Operation.CONNECT):
            async with engine.connect() as connection:
                return await connection.run_sync(_current), newest
    finally:
        await engine.dispose()


def revisions() -> tuple[str, ...]:
    """Every revision that this version has a migration for, oldest first: their files begin with it."""
    return tuple(sorted(file.name.partition("_")[0] for file in (_SCRIPTS / "versions").glob("[0-9]*_*.py")))


@asynccontextmanager
async def _exclusive_connection(engine: AsyncEngine) -> AsyncIterator[AsyncConnection]:
    file = _file_of(engine.url.render_as_string(hide_password=False))
    if file is None:
        async with engine.begin() as connection:
            await connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _ADVISORY_LOCK})
            yield connection
        return
    if file.exists():
        _require_rights(file)
    lock = _open_lock(file.with_name(f"{file.name}.migrating"))
    try:
        # Waits for another process; closing the file releases the lock.
        await asyncio.to_thread(fcntl.flock, lock, fcntl.LOCK_EX)
        async with engine.begin() as connection:
            yield connection
    finally:
        os.close(lock)


def _require_rights(file: Path) -> None:
    """Raise UnusableDatabase when *file* can't be read and written: SQLite itself wouldn't say why, or which file."""
    try:
        os.close(os.open(file, os.O_RDWR | os.O_CLOEXEC))
    except OSError as error:
        raise UnusableDatabase(f"{file} can't be opened, {error.strerror}") from None


def _open_lock(path: Path) -> int:
    """Open the lock file, and change nothing in it: whoever may write to the folder could put any file's name there.

    A symbolic link isn't followed. Raises UnusableDatabase when it can't be opened.
    """
    try:
        return os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    except OSError as error:
        reason = "it is a symbolic link: remove it" if error.errno == errno.ELOOP else error.strerror
        raise UnusableDatabase(f"{path} can't be opened, {reason}; nothing was changed") from None


def _file_of(address: str) -> Path | None:
    url = database_url(address)
    return Path(url.database) if url.drivername.startswith("sqlite") and url.database else None


def _alembic_config(connection: Connection) -> "Config":
    """Alembic's configuration: the folder of migrations, and the connection that they run on."""
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(_SCRIPTS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config


def move(connection: Connection, target: str, down: bool = False) -> None:
    """Move the schema on *connection* to *target*, without a lock: for a database of one's own."""
    from alembic import command

    (command.downgrade if down else command.upgrade)(_alembic_config(connection), target)


def _move_and_keep(connection: Connection, target: str, down: bool) -> None:
    """As `move`. Raises DataWouldBeLost, which rolls everything back: only the move itself knows what it deletes."""
    before = content(connection)
    move(connection, target, down)
    lost = losses(before, content(connection))
    if lost:
        raise DataWouldBeLost(lost)


def _current(connection: Connection) -> str | None:
    if not connection.dialect.has_table(connection, _VERSIONS):
        return None
    return ",".join(sorted(connection.scalars(text(f"SELECT version_num FROM {_VERSIONS}")))) or None  # noqa: S608
