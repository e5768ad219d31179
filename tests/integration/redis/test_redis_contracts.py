"""Cache, flood limit and dialogs in a real Redis keep the same promises as their twins in memory."""

from datetime import datetime, timedelta

import pytest

from orbit_adapters.memory.dialogs import MemoryDialogs
from orbit_adapters.memory.rate_limiter import MemoryRateLimiter
from orbit_adapters.redis.cache import RedisCache
from orbit_adapters.redis.dialogs import RedisDialogs
from orbit_adapters.redis.rate_limiter import RedisRateLimiter
from orbit_testing.contracts.cache import CacheContract
from orbit_testing.contracts.dialogs import DATA_TTL_S, STATE_TTL_S, DialogsContract
from orbit_testing.contracts.rate_limiter import POLICY, RateLimiterContract
from tests.integration.redis.rig import Line, push_time
from tests.support.world import FakeClock


class TestRedisCache(CacheContract):
    """The cache in Redis."""

    @pytest.fixture
    def cache(self, line: Line) -> RedisCache:
        self.line = line
        return RedisCache(line.door)

    async def pass_time(self, seconds: int) -> None:
        await push_time(self.line.redis, seconds)


class TestRedisFloodGate(RateLimiterContract):
    """The flood limit in Redis, with a local twin that must never be asked."""

    @pytest.fixture
    def rate_limiter(self, line: Line) -> RedisRateLimiter:
        self.line = line
        return RedisRateLimiter(line.door, line.clock, POLICY, MemoryRateLimiter(line.clock, POLICY, maximum=0))

    def now(self) -> datetime:
        return self.line.clock.now()

    def pass_time(self, by: timedelta) -> None:
        self.line.clock.at += by


class TestRedisFsm(DialogsContract):
    """Dialogs in Redis, with a local store that forgets everything at once."""

    @pytest.fixture
    def storage(self, line: Line, clock: FakeClock) -> RedisDialogs:
        self.line = line
        local = MemoryDialogs(clock, maximum=0)
        return RedisDialogs(line.door, local, state_ttl_s=STATE_TTL_S, data_ttl_s=DATA_TTL_S)

    async def pass_time(self, seconds: int) -> None:
        await push_time(self.line.redis, seconds)
