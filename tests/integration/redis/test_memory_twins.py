"""Cache, flood limit and dialogs in memory: the embedded shop's own, and what is left when Redis is away."""

from datetime import datetime, timedelta

import pytest
from aiogram.fsm.storage.base import StorageKey

from orbit_adapters.contracts.cache import CacheContract
from orbit_adapters.contracts.flood import ANN, BEN, POLICY, FloodGateContract
from orbit_adapters.contracts.fsm import DATA_TTL_S, STATE_TTL_S, FsmContract
from orbit_adapters.memory.cache import MemoryCache
from orbit_adapters.memory.flood import MemoryFloodGate
from orbit_adapters.memory.fsm import MemoryFsm
from orbit_domain.flood.verdict import Allowed
from orbit_domain.ids import TelegramId
from tests.unit.use_cases.world import HandClock


class TestMemoryCache(CacheContract):
    """The cache in memory."""

    @pytest.fixture
    def cache(self, clock: HandClock) -> MemoryCache:
        self.clock = clock
        return MemoryCache(clock)

    async def pass_time(self, seconds: int) -> None:
        self.clock.advance(seconds=seconds)


class TestMemoryFloodGate(FloodGateContract):
    """The flood limit in memory."""

    @pytest.fixture
    def gate(self, clock: HandClock) -> MemoryFloodGate:
        self.clock = clock
        return MemoryFloodGate(clock, POLICY)

    def now(self) -> datetime:
        return self.clock.now()

    def pass_time(self, by: timedelta) -> None:
        self.clock.at += by


class TestMemoryFsm(FsmContract):
    """Dialogs in memory."""

    @pytest.fixture
    def storage(self, clock: HandClock) -> MemoryFsm:
        self.clock = clock
        return MemoryFsm(clock, state_ttl_s=STATE_TTL_S, data_ttl_s=DATA_TTL_S)

    async def pass_time(self, seconds: int) -> None:
        self.clock.advance(seconds=seconds)


async def test_a_full_cache_forgets_what_was_not_read(clock: HandClock) -> None:
    """However much is put, only so much is kept; what was read or put last stays. Hits and misses are counted."""
    cache = MemoryCache(clock, most=3)
    for key in ("a", "b", "c"):
        await cache.put(key, key, 60)
    await cache.get("a")
    await cache.put("d", "d", 60)
    assert len(cache) == 3
    assert [await cache.get(key) for key in ("a", "b", "c", "d")] == ["a", None, "c", "d"]
    assert (cache.counts["hit"], cache.counts["miss"]) == (4, 1)


async def test_a_full_gate_forgets_who_was_quiet(clock: HandClock) -> None:
    """A crowd can't fill the memory, nor push out somebody who goes on asking during a ban."""
    gate = MemoryFloodGate(clock, POLICY, most=100)
    for _ in range(POLICY.requests + 1):
        await gate.admit(ANN)
    for stranger in range(1_000):
        await gate.admit(TelegramId(stranger + 1))
        assert await gate.admit(ANN) != Allowed()
    assert len(gate) == 100
    assert await gate.admit(BEN) == Allowed()


async def test_a_full_store_forgets_the_oldest_dialogs(clock: HandClock) -> None:
    """However many people begin dialogs, only so many are kept; asking about nobody's keeps nothing."""
    storage = MemoryFsm(clock, most=10)
    keys = [StorageKey(bot_id=1, chat_id=number, user_id=number) for number in range(100)]
    for key in keys:
        await storage.set_state(key, "asked")
        await storage.get_data(key)
    assert len(storage) == 10
    assert [await storage.get_state(key) for key in (keys[0], keys[-1])] == [None, "asked"]
