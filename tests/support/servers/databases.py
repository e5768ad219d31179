"""Databases for tests on any PostgreSQL: each a copy of a template that was migrated once."""

import secrets
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from itertools import count
from typing import Any

import asyncpg
from sqlalchemy import make_url


async def fetch_value(url: str, statement: str, *values: object) -> Any:
    """The first value that *statement* returns, on a connection of its own, outside any transaction."""
    connection = await asyncpg.connect(_plain(url))
    try:
        return await connection.fetchval(statement, *values)
    finally:
        await connection.close()


async def terminate_backends(url: str, database: str | None = None) -> int:
    """Cut all other connections to *database* on the server of *url*, or to all of them; how many there were.

    Returns when they have ended, so that their clients don't see half of it.
    """
    statement = """
        SELECT count(pg_terminate_backend(pid, 10000)) FROM pg_stat_activity
        WHERE pid <> pg_backend_pid() AND backend_type = 'client backend' AND datname = coalesce($1, datname)
    """
    return int(await fetch_value(url, statement, database))


def at(url: str, database: str) -> str:
    """The address of another *database* on the server of *url*, as Orbit's settings want it."""
    return make_url(url).set(drivername="postgresql+asyncpg", database=database).render_as_string(hide_password=False)


class Databases:
    """The databases of one test session on the server of *url*, which may be shared with others.

    *prepare* is awaited once, with the address of the template.
    """

    def __init__(self, url: str, prepare: Callable[[str], Awaitable[None]]) -> None:
        self._url = url
        self._prepare = prepare
        self._prefix = f"orbit_test_{secrets.token_hex(4)}"
        self._numbers = count(1)

    @asynccontextmanager
    async def template(self) -> AsyncIterator[str]:
        """Make the template, and drop it at the end; its name."""
        name = f"{self._prefix}_template"
        async with self._made(f'CREATE DATABASE "{name}"', name) as url:
            await self._prepare(url)
            yield name

    @asynccontextmanager
    async def fresh(self, template: str) -> AsyncIterator[str]:
        """A new copy of *template*, dropped at the end even while it has connections; its address."""
        name = f"{self._prefix}_{next(self._numbers)}"
        async with self._made(f'CREATE DATABASE "{name}" TEMPLATE "{template}"', name) as url:
            yield url

    @asynccontextmanager
    async def _made(self, statement: str, name: str) -> AsyncIterator[str]:
        await fetch_value(self._url, statement)
        try:
            yield at(self._url, name)
        finally:
            await fetch_value(self._url, f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def _plain(url: str) -> str:
    return make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
