"""Servers that these tests may stop, pause and kill, because no other test uses them."""

from collections.abc import AsyncIterator

import pytest

from tests.support.servers.installations import postgres_installations, redis_installations
from tests.support.servers.opening import own_redis
from tests.support.servers.postgres import PostgresServer
from tests.support.servers.redis_server import RedisServer
from tests.support.servers.server_discovery import Installation


def _named(installation: Installation) -> str:
    return installation.origin.replace(" ", "_")


@pytest.fixture(scope="module", params=list(postgres_installations()), ids=_named)
async def durable_postgres(request: pytest.FixtureRequest) -> AsyncIterator[PostgresServer]:
    """Each PostgreSQL of this machine in turn, writing through to the disk."""
    async with PostgresServer(request.param, durable=True) as server:
        yield server


@pytest.fixture(scope="module", params=list(redis_installations()), ids=_named)
async def each_redis(request: pytest.FixtureRequest) -> AsyncIterator[RedisServer]:
    """Each Redis of this machine in turn."""
    async with RedisServer(request.param) as server:
        yield server


@pytest.fixture
async def spare_redis() -> AsyncIterator[RedisServer]:
    """A Redis for one test."""
    async with own_redis() as server:
        yield server
