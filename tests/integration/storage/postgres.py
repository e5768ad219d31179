"""A fresh PostgreSQL database for each test, copied from a migrated template on the server that was offered."""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import asyncpg
from sqlalchemy import URL, make_url

URL_VARIABLE = "ORBIT_TEST_POSTGRES_URL"


def offered() -> URL | None:
    """The server that the environment offers, if it does."""
    address = os.environ.get(URL_VARIABLE)
    return make_url(address) if address else None


def address_of(server: URL, database: str) -> str:
    """The address of *database* on that server."""
    return server.set(database=database).render_as_string(hide_password=False)


@asynccontextmanager
async def created(server: URL, database: str, template: str = "template0") -> AsyncIterator[str]:
    """A database made for the block and dropped after it; its address."""
    await _command(server, f'CREATE DATABASE "{database}" TEMPLATE "{template}"')
    try:
        yield address_of(server, database)
    finally:
        await _command(server, f'DROP DATABASE "{database}" WITH (FORCE)')


async def _command(server: URL, statement: str) -> None:
    connection = await asyncpg.connect(server.set(drivername="postgresql").render_as_string(hide_password=False))
    try:
        await connection.execute(statement)
    finally:
        await connection.close()
