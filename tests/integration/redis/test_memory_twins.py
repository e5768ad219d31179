"""Cache, rate limiter and dialogs in memory: for embedded shops, and the fallback while Redis is down."""

from datetime import datetime, timedelta

import pytest
from aiogram.fsm.storage.base import StorageKey

from orbit_adapters.memory.cache import MemoryCache
from orbit_adapters.memory.dialogs import MemoryDialogs
from orbit_adapters.memory.rate_limiter import MemoryRateLimiter
from orbit_domain.ids import TelegramId
from orbit_domain.rate_limit.rate_limit import Allowed
from orbit_testing.contracts.cache import CacheContract
from orbit_testing.contracts.dialogs import DATA_TTL_S, STATE_TTL_S, DialogsContract
from orbit_testing.contracts.rate_limiter import ANN, BEN, POLICY, RateLimiterContract
from tests.support.clock import FakeClock


class TestMemoryCache(CacheContract):
    """The cache in memory."""

    @pytest.fixture
    def cache(self, clock: FakeClock) -> MemoryCache:
        self.clock = clock
        return MemoryCache(clock)

    async def pass_time(self, seconds: int) -> None:
        self.clock.advance(seconds=seconds)


class TestMemoryRateLimiter(RateLimiterContract):
    """The rate limiter in memory."""

    @pytest.fixture
    def rate_limiter(self, clock: FakeClock) -> MemoryRateLimiter:
        self.clock = clock
        return MemoryRateLimiter(clock, POLICY)

    def now(self) -> datetime:
        return self.clock.now()

    def pass_time(self, by: timedelta) -> None:
        self.clock.at += by


class TestMemoryDialogs(DialogsContract):
    """Dialogs in memory."""

    @pytest.fixture
    def storage(self, clock: FakeClock) -> MemoryDialogs:
        self.clock = clock
        return MemoryDialogs(clock, state_ttl_s=STATE_TTL_S, data_ttl_s=DATA_TTL_S)

    async def pass_time(self, seconds: int) -> None:
        self.clock.advance(seconds=seconds)


async def test_a_full_cache_forgets_what_was_not_read(clock: FakeClock) -> None:
    """However much is put, only so much is kept; what was read or put last stays. Hits and misses are counted."""
    cache = MemoryCache(clock, maximum=3)
    for key in ("a", "b", "c"):
        await cache.put(key, key, 60)
    await cache.get("a")
    await cache.put("d", "d", 60)
    assert len(cache) == 3
    assert [await cache.get(key) for key in ("a", "b", "c", "d")] == ["a", None, "c", "d"]
    assert (cache.counts["hit"], cache.counts["miss"]) == (4, 1)


async def test_a_full_limiter_drops_the_longest_idle_user(clock: FakeClock) -> None:
    """Many users can't fill the memory, nor remove the record of a user who keeps sending during a ban."""
    rate_limiter = MemoryRateLimiter(clock, POLICY, maximum=100)
    for _ in range(POLICY.requests + 1):
        await rate_limiter.check(ANN)
    for stranger in range(1_000):
        await rate_limiter.check(TelegramId(stranger + 1))
        assert await rate_limiter.check(ANN) != Allowed()
    assert len(rate_limiter) == 100
    assert await rate_limiter.check(BEN) == Allowed()


async def test_a_full_store_forgets_the_oldest_dialogs(clock: FakeClock) -> None:
    """However many users begin dialogs, only so many are kept; reading an unknown dialog stores nothing."""
    storage = MemoryDialogs(clock, maximum=10)
    keys = [StorageKey(bot_id=1, chat_id=number, user_id=number) for number in range(100)]
    for key in keys:
        await storage.set_state(key, "question")
        await storage.get_data(key)
    assert len(storage) == 10
    assert [await storage.get_state(key) for key in (keys[0], keys[-1])] == [None, "question"]
