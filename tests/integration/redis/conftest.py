"""The session's Redis with a long timeout, and a server that a test may stop, pause and flush."""

from collections.abc import AsyncIterator

import pytest

from tests.integration.redis.redis_harness import RedisHarness
from tests.support.clock import FakeClock
from tests.support.servers.opening import own_redis
from tests.support.servers.redis_server import RedisServer


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
async def harness(redis_url: str, clock: FakeClock) -> AsyncIterator[RedisHarness]:
    """A client of an empty Redis."""
    harness = RedisHarness(redis_url, clock)
    yield harness
    await harness.redis.aclose()


@pytest.fixture
async def breakable() -> AsyncIterator[RedisServer]:
    """A Redis server for this test alone."""
    async with own_redis() as server:
        yield server


@pytest.fixture
async def own_harness(breakable: RedisServer, clock: FakeClock) -> AsyncIterator[RedisHarness]:
    """A client of it; a test that lets the server hang calls `use_short_timeout` first."""
    harness = RedisHarness(breakable.url, clock)
    yield harness
    breakable.resume()
    await harness.redis.aclose()
