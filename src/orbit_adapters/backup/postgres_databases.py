"""Databases of a PostgreSQL server, made and dropped: those of a run bear its shop's name and a random end."""

import re

from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine

from orbit_adapters.backup.patience import open_patiently
from orbit_adapters.backup.tables import quoted

_END = r"_[0-9a-f]{8}"
_LEFT = (
    "SELECT datname FROM pg_database "
    "WHERE starts_with(datname, :prefix) AND pg_has_role(current_user, datdba, 'USAGE') ORDER BY datname"
)
_NO_RIGHT = "42501"


class MayNotCreate(Exception):
    """The role may not create a database, or not for that owner."""


async def create_database(engine: AsyncEngine, name: str, owner: str | None = None) -> None:
    """Make the database *name*, of *owner* or of the role that asks. Raises MayNotCreate."""
    of_owner = f" OWNER {quoted(owner)}" if owner else ""
    try:
        await _run_alone(engine, f"CREATE DATABASE {quoted(name)}{of_owner} TEMPLATE template0 ENCODING 'UTF8'")
    except DBAPIError as error:
        if getattr(error.orig, "sqlstate", None) != _NO_RIGHT:
            raise
        raise MayNotCreate from None


async def drop_database(engine: AsyncEngine, name: str) -> None:
    """Drop the database *name*, if it is there."""
    await _run_alone(engine, f"DROP DATABASE IF EXISTS {quoted(name)} WITH (FORCE)")


async def analyze(address: str) -> None:
    """Let the server count what was loaded: without it statements are slow at first."""
    engine = open_patiently(address)
    try:
        await _run_alone(engine, "ANALYZE")
    finally:
        await engine.dispose()


async def sweep_databases(engine: AsyncEngine, prefix: str, but: str | None = None) -> None:
    """Drop what a killed run has left: the databases of *prefix* and a random end, but for the one named *but*."""
    async with engine.connect() as connection:
        names = (await connection.scalars(text(_LEFT), {"prefix": f"{prefix}_"})).all()
    for name in names:
        if name != but and re.fullmatch(re.escape(prefix) + _END, name, re.ASCII):
            await drop_database(engine, name)


async def _run_alone(engine: AsyncEngine, statement: str) -> None:
    """Send what no transaction may hold."""
    async with engine.connect() as fresh:
        connection = await fresh.execution_options(isolation_level="AUTOCOMMIT")
        await connection.execute(text(statement))
