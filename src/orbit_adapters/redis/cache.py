"""The cache that all processes share."""

from collections import Counter
from collections.abc import Iterable
from functools import partial
from itertools import islice

from redis.asyncio import Redis

from orbit_adapters.redis.client import ResilientRedis
from orbit_adapters.redis.connection import command
from orbit_adapters.redis.encoding import LONGEST_BYTES, decode, encode, encode_key
from orbit_domain.cache.ports import WRITE_GUARD_S, checked_ttl

_MAX_OWED = 10_000
_MAX_AT_ONCE = 500
_DROPPED = b"orbit1 dropped"


class RedisCache:
    """The port `Cache` in Redis. `counts` holds hits and misses.

    Keys that couldn't be dropped are owed: they are dropped as soon as Redis answers again, before anything else
    is asked of it, so that what changed during an outage isn't shown as it was before.
    """

    def __init__(self, door: ResilientRedis) -> None:
        self.counts: Counter[str] = Counter()
        self._door = door
        self._owed: dict[bytes, object] = {}

    @property
    def owed(self) -> int:
        """How many keys are still to be dropped."""
        return len(self._owed)

    async def get(self, key: str) -> str | None:
        """What was put under *key*; None when it isn't known, or Redis isn't."""
        held = await self._door.read(encode_key(key), _kept_or_dropped) if await self._nothing_owed() else None
        value = held[0] if held else None
        self.counts["miss" if value is None else "hit"] += 1
        return value

    async def put(self, key: str, value: str, ttl_s: int) -> None:
        """Remember *value* for *ttl_s* seconds if the key is free. Raises ValueError for less than one."""
        ttl_s, name, stored = checked_ttl(ttl_s), encode_key(key), encode(value)
        if not await self._nothing_owed():
            self._owe(name)
        elif len(stored) > LONGEST_BYTES:
            await self.drop(key)
        elif not await self._door.ask(lambda redis: _written_if_free(redis, name, stored, ttl_s), False):
            self._owe(name)

    async def drop(self, *keys: str) -> None:
        """Forget *keys*, at once or as soon as Redis answers."""
        self._owe(*map(encode_key, keys))
        await self._nothing_owed()

    async def _nothing_owed(self) -> bool:
        """Pay what is owed; whether nothing is left."""
        while self._owed:
            paid = dict(islice(self._owed.items(), _MAX_AT_ONCE))
            if not await self._door.ask(partial(_dropped, paid), False):
                return False
            for name, debt in paid.items():
                if self._owed.get(name) is debt:  # Meanwhile it may have become owed once more.
                    del self._owed[name]
        return True

    def _owe(self, *names: bytes) -> None:
        for name in names:
            self._owed.pop(name, None)
            self._owed[name] = object()
        while len(self._owed) > _MAX_OWED:
            # Whoever is left out is shown as they were before until their time is over.
            del self._owed[next(iter(self._owed))]


def _kept_or_dropped(held: bytes) -> tuple[str | None]:
    """The text in *held*, None for a dropped one. Raises ValueError for what isn't ours."""
    return (None,) if held == _DROPPED else (decode(held),)


async def _written_if_free(redis: Redis, name: bytes, stored: bytes, ttl_s: int) -> bool:
    await command(redis, "SET", name, stored, "NX", "EX", ttl_s)
    return True


async def _dropped(names: Iterable[bytes], redis: Redis) -> bool:
    async with redis.pipeline(transaction=False) as pipe:
        for name in names:
            pipe.execute_command("SET", name, _DROPPED, "EX", WRITE_GUARD_S)
        await pipe.execute()
    return True
