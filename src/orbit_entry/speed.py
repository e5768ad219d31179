"""What makes a shop quick and decides nothing: cache, flood limit, open dialogs. In Redis, or in memory without one."""

from dataclasses import dataclass

from aiogram.fsm.storage.base import BaseStorage

from orbit_adapters.memory.cache import MemoryCache
from orbit_adapters.memory.flood import MemoryFloodGate
from orbit_adapters.memory.fsm import MemoryFsm
from orbit_adapters.redis.cache import RedisCache
from orbit_adapters.redis.connection import database_after, redis_client
from orbit_adapters.redis.door import SafeDoor
from orbit_adapters.redis.flood import RedisFloodGate
from orbit_adapters.redis.fsm import RedisFsm
from orbit_domain.cache import Cache
from orbit_domain.clock import Clock
from orbit_domain.flood.ports import FloodGate
from orbit_entry.settings import Settings


@dataclass(frozen=True, slots=True)
class Speed:
    """The parts, and the doors to Redis behind them; no door: everything is in memory."""

    cache: Cache
    gate: FloodGate
    dialogs: BaseStorage
    doors: tuple[SafeDoor, ...] = ()

    async def is_degraded(self) -> bool:
        """Whether a Redis that should be there isn't: the shop goes on, slower."""
        return not all([await door.check() for door in self.doors])

    async def close(self) -> None:
        """Let go of the connections."""
        for door in self.doors:
            await door.close()


def open_speed(settings: Settings, clock: Clock) -> Speed:
    """The parts that the settings ask for. Dialogs have a database of their own, after the cache's."""
    gate = MemoryFloodGate(clock, settings.flood)
    ttls = {"state_ttl_s": settings.dialog_state_ttl_s, "data_ttl_s": settings.dialog_data_ttl_s}
    dialogs = MemoryFsm(clock, **ttls)
    if settings.redis_url is None:
        return Speed(MemoryCache(clock), gate, dialogs)
    url = settings.redis_url.get_secret_value()
    cache_door = SafeDoor(redis_client(url), clock, "cache")
    dialog_door = SafeDoor(redis_client(url, database_after(url, 1)), clock, "dialogs")
    return Speed(
        RedisCache(cache_door),
        RedisFloodGate(cache_door, clock, settings.flood, gate),
        RedisFsm(dialog_door, dialogs, **ttls),
        (cache_door, dialog_door),
    )
