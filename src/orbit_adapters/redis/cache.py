"""The cache that all processes share."""

from collections import Counter

from orbit_adapters.redis.door import SafeDoor
from orbit_adapters.redis.values import LONGEST_BYTES, decode, encode, encode_key
from orbit_domain.cache import checked_ttl

_MOST_OWED = 10_000


class RedisCache:
    """The port `Cache` in Redis. `counts` holds hits and misses.

    Keys that couldn't be dropped are owed: they are dropped as soon as Redis answers again, before anything else
    is asked of it, so that what changed during an outage isn't shown as it was before.
    """

    def __init__(self, door: SafeDoor) -> None:
        self.counts: Counter[str] = Counter()
        self._door = door
        self._owed: dict[bytes, object] = {}

    @property
    def owed(self) -> int:
        """How many keys are still to be dropped."""
        return len(self._owed)

    async def get(self, key: str) -> str | None:
        """What was put under *key*; None when it isn't known, or Redis isn't."""
        value = await self._door.read(encode_key(key), decode) if await self._nothing_owed() else None
        self.counts["miss" if value is None else "hit"] += 1
        return value

    async def put(self, key: str, value: str, ttl_s: int) -> None:
        """Remember *value* for *ttl_s* seconds. Raises ValueError for less than one."""
        ttl_s, name, stored = checked_ttl(ttl_s), encode_key(key), encode(value)
        if not await self._nothing_owed():
            self._owe(name)
        elif len(stored) > LONGEST_BYTES:
            await self.drop(key)
        elif not await self._door.write(name, stored, ttl_s):
            self._owe(name)

    async def drop(self, *keys: str) -> None:
        """Forget *keys*, at once or as soon as Redis answers."""
        self._owe(*map(encode_key, keys))
        await self._nothing_owed()

    async def _nothing_owed(self) -> bool:
        """Pay what is owed; whether nothing is left."""
        owed = dict(self._owed)
        if owed and await self._door.delete(*owed):
            for name, debt in owed.items():
                if self._owed.get(name) is debt:  # Meanwhile it may have become owed once more.
                    del self._owed[name]
        return not self._owed

    def _owe(self, *names: bytes) -> None:
        for name in names:
            self._owed.pop(name, None)
            self._owed[name] = object()
        while len(self._owed) > _MOST_OWED:
            # Whoever is left out is shown as they were before until their time is over, a day at most.
            del self._owed[next(iter(self._owed))]
