"""Cache, rate limiter and dialogs in a real Redis fulfil the same contracts as those in memory."""

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
from tests.integration.redis.redis_harness import RedisHarness, expire_keys_by
from tests.support.clock import FakeClock


class TestRedisCache(CacheContract):
    """The cache in Redis."""

    @pytest.fixture
    def cache(self, harness: RedisHarness) -> RedisCache:
        self.harness = harness
        return RedisCache(harness.client)

    async def pass_time(self, seconds: int) -> None:
        await self.harness.client.check()  # What was to be written is.
        await expire_keys_by(self.harness.redis, seconds)


class TestRedisRateLimiter(RateLimiterContract):
    """The rate limiter in Redis, with a local fallback that must never be used."""

    @pytest.fixture
    def rate_limiter(self, harness: RedisHarness) -> RedisRateLimiter:
        self.harness = harness
        return RedisRateLimiter(
            harness.client, harness.clock, POLICY, MemoryRateLimiter(harness.clock, POLICY, maximum=0)
        )

    def now(self) -> datetime:
        return self.harness.clock.now()

    def pass_time(self, by: timedelta) -> None:
        self.harness.clock.at += by


class TestRedisDialogs(DialogsContract):
    """Dialogs in Redis, with a local storage that keeps nothing."""

    @pytest.fixture
    def storage(self, harness: RedisHarness, clock: FakeClock) -> RedisDialogs:
        self.harness = harness
        local = MemoryDialogs(clock, maximum=0)
        return RedisDialogs(harness.client, local, state_ttl_s=STATE_TTL_S, data_ttl_s=DATA_TTL_S)

    async def pass_time(self, seconds: int) -> None:
        await self.harness.client.check()  # What was to be written is.
        await expire_keys_by(self.harness.redis, seconds)
