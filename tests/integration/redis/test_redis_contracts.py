"""Cache, flood limit and dialogs in a real Redis keep the same promises as their twins in memory."""

from datetime import datetime, timedelta

import pytest

from orbit_adapters.contracts.cache import CacheContract
from orbit_adapters.contracts.flood import POLICY, FloodGateContract
from orbit_adapters.contracts.fsm import DATA_TTL_S, STATE_TTL_S, FsmContract
from orbit_adapters.memory.flood import MemoryFloodGate
from orbit_adapters.memory.fsm import MemoryFsm
from orbit_adapters.redis.cache import RedisCache
from orbit_adapters.redis.flood import RedisFloodGate
from orbit_adapters.redis.fsm import RedisFsm
from tests.integration.redis.rig import Line, push_time
from tests.unit.use_cases.world import HandClock


class TestRedisCache(CacheContract):
    """The cache in Redis."""

    @pytest.fixture
    def cache(self, line: Line) -> RedisCache:
        self.line = line
        return RedisCache(line.door)

    async def pass_time(self, seconds: int) -> None:
        await push_time(self.line.redis, seconds)


class TestRedisFloodGate(FloodGateContract):
    """The flood limit in Redis, with a local twin that must never be asked."""

    @pytest.fixture
    def gate(self, line: Line) -> RedisFloodGate:
        self.line = line
        return RedisFloodGate(line.door, line.clock, POLICY, MemoryFloodGate(line.clock, POLICY, most=0))

    def now(self) -> datetime:
        return self.line.clock.now()

    def pass_time(self, by: timedelta) -> None:
        self.line.clock.at += by


class TestRedisFsm(FsmContract):
    """Dialogs in Redis, with a local store that forgets everything at once."""

    @pytest.fixture
    def storage(self, line: Line, clock: HandClock) -> RedisFsm:
        self.line = line
        local = MemoryFsm(clock, most=0)
        return RedisFsm(line.door, local, state_ttl_s=STATE_TTL_S, data_ttl_s=DATA_TTL_S)

    async def pass_time(self, seconds: int) -> None:
        await push_time(self.line.redis, seconds)
