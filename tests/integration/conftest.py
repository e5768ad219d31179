"""Real servers for every integration test that needs one (docs/decisions/0004)."""

from collections.abc import AsyncIterator

import pytest

from orbit_adapters.sql.migrate import migrate
from tests.support.servers.databases import Databases
from tests.support.servers.opening import GivenServer, empty, open_postgres, open_redis
from tests.support.servers.postgres import PostgresServer
from tests.support.servers.redis_server import RedisServer


@pytest.fixture(scope="session")
async def postgres_server() -> AsyncIterator[PostgresServer | GivenServer]:
    """The PostgreSQL of this session. Not to be stopped: tests that do so open their own (`own_postgres`)."""
    async with open_postgres() as server:
        yield server


@pytest.fixture(scope="session")
async def redis_server() -> AsyncIterator[RedisServer | GivenServer]:
    """The Redis of this session. Not to be stopped or paused: tests that do so open their own (`own_redis`)."""
    async with open_redis() as server:
        yield server


@pytest.fixture(scope="session")
async def databases(postgres_server: PostgresServer | GivenServer) -> AsyncIterator[Databases]:
    """The maker of this session's databases, for tests that need two or more."""
    async with Databases(postgres_server.url, migrate) as databases:
        yield databases


@pytest.fixture(scope="session")
async def migrated_template(databases: Databases) -> AsyncIterator[str]:
    """The name of an empty shop's database, migrated once."""
    async with databases.template() as name:
        yield name


@pytest.fixture
async def postgres_url(databases: Databases, migrated_template: str) -> AsyncIterator[str]:
    """The address of an empty shop's database that is this test's alone."""
    async with databases.fresh(migrated_template) as url:
        yield url


@pytest.fixture
async def redis_url(redis_server: RedisServer | GivenServer) -> AsyncIterator[str]:
    """The address of a Redis database without keys, which is emptied again afterwards."""
    await empty(redis_server)
    yield redis_server.url
    await empty(redis_server)
