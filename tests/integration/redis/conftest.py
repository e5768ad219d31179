"""The session's Redis behind a patient door, and one that may be stopped, paused and flushed."""

from collections.abc import AsyncIterator

import pytest

from tests.integration.redis.rig import Line
from tests.support.servers.opening import own_redis
from tests.support.servers.redis_server import RedisServer
from tests.support.world import FakeClock


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
async def line(redis_url: str, clock: FakeClock) -> AsyncIterator[Line]:
    """A door to an empty Redis."""
    line = Line(redis_url, clock)
    yield line
    await line.redis.aclose()


@pytest.fixture
async def breakable() -> AsyncIterator[RedisServer]:
    """A Redis of this test alone."""
    async with own_redis() as server:
        yield server


@pytest.fixture
async def own(breakable: RedisServer, clock: FakeClock) -> AsyncIterator[Line]:
    """A door to it; a test that lets the server hang says `hurry` first."""
    line = Line(breakable.url, clock)
    yield line
    breakable.resume()
    await line.redis.aclose()
