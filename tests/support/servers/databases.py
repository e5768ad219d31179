"""Databases for tests on any PostgreSQL: each a copy of a template that was migrated once."""

import asyncio
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from itertools import count
from types import TracebackType
from typing import Any, Self

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

    *prepare* is awaited once, with the address of the template. One connection makes and drops them all: a new one
    costs the server more than the statement.
    """

    def __init__(self, url: str, prepare: Callable[[str], Awaitable[None]]) -> None:
        self._url = url
        self._prepare = prepare
        self._prefix = f"orbit_test_{secrets.token_hex(4)}"
        self._numbers = count(1)
        self._loop: asyncio.AbstractEventLoop | None = None
        self._connection: asyncpg.Connection[Any] | None = None
        self._one_at_a_time = asyncio.Lock()

    async def __aenter__(self) -> Self:
        self._loop = asyncio.get_running_loop()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._connection is not None:
            await self._connection.close()

    @asynccontextmanager
    async def template(self) -> AsyncIterator[str]:
        """Make the template, and drop it at the end; its name."""
        name = f"{self._prefix}_template"
        async with self._made(f'CREATE DATABASE "{name}"', name) as url:
            await self._prepare(url)
            yield name

    @asynccontextmanager
    async def fresh(self, template: str) -> AsyncIterator[str]:
        """A new copy of *template*, dropped at the end even while it has connections; its address.

        Copied as files (PostgreSQL 15): half the time of a copy through the log, which is for large templates in use.
        """
        name = f"{self._prefix}_{next(self._numbers)}"
        async with self._made(f'CREATE DATABASE "{name}" TEMPLATE "{template}" STRATEGY FILE_COPY', name) as url:
            yield url

    @asynccontextmanager
    async def _made(self, statement: str, name: str) -> AsyncIterator[str]:
        await self._execute(statement)
        try:
            yield at(self._url, name)
        finally:
            await self._execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')

    async def _execute(self, statement: str) -> None:
        if asyncio.get_running_loop() is not self._loop:
            await fetch_value(self._url, statement)  # A test with a loop of its own.
            return
        async with self._one_at_a_time:
            if self._connection is None or self._connection.is_closed():  # A test may have cut all connections.
                self._connection = await asyncpg.connect(_plain(self._url))
            await self._connection.execute(statement)


def _plain(url: str) -> str:
    return make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
