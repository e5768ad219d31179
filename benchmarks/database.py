"""A PostgreSQL for benchmarks, with the same settings on every machine."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from orbit_adapters.sql.migrate import migrate
from tests.support.servers.databases import Databases, at
from tests.support.servers.opening import open_postgres, own_postgres
from tests.support.servers.server_discovery import NoServer


@asynccontextmanager
async def shop_database() -> AsyncIterator[str]:
    """The address of an empty shop's database, on its own server if this machine has the binaries. Raises NoServer."""
    try:
        server = own_postgres(shared_buffers="1GB", max_wal_size="2GB", maintenance_work_mem="256MB")
    except NoServer:
        async with open_postgres() as given, _shop(given.url) as url:
            yield url
        return
    async with server, _shop(server.url) as url:
        yield url


@asynccontextmanager
async def _shop(server_url: str) -> AsyncIterator[str]:
    async with Databases(server_url, migrate) as databases, databases.template() as name:
        yield at(server_url, name)
