"""The cache of one process: for shops without Redis, and for tests."""

from collections import Counter
from datetime import datetime, timedelta

from orbit_domain.cache.ports import WRITE_GUARD_S, checked_ttl
from orbit_domain.clock import Clock


class MemoryCache:
    """The port `Cache` in memory, for *maximum* keys: beyond that, the least recently read is dropped.

    `counts` holds hits and misses.
    """

    def __init__(self, clock: Clock, maximum: int = 10_000) -> None:
        self.counts: Counter[str] = Counter()
        self._clock = clock
        self._maximum = maximum
        # None marks a key that was just dropped.
        self._held: dict[str, tuple[str | None, datetime]] = {}

    def __len__(self) -> int:
        return len(self._held)

    async def get(self, key: str) -> str | None:
        value = self._living(key)
        self.counts["miss" if value is None else "hit"] += 1
        return value

    async def put(self, key: str, value: str, ttl_s: int) -> None:
        self._hold(key, value, checked_ttl(ttl_s), only_if_free=True)

    async def drop(self, *keys: str) -> None:
        for key in keys:
            self._hold(key, None, WRITE_GUARD_S, only_if_free=False)

    def _living(self, key: str) -> str | None:
        held = self._held.pop(key, None)
        if held is None or held[1] <= self._clock.now():
            return None
        self._held[key] = held
        return held[0]

    def _hold(self, key: str, value: str | None, ttl_s: int, *, only_if_free: bool) -> None:
        self._living(key)
        if only_if_free and key in self._held:
            return
        self._held.pop(key, None)
        self._held[key] = (value, self._clock.now() + timedelta(seconds=ttl_s))
        while len(self._held) > self._maximum:
            del self._held[next(iter(self._held))]


class NoCache:
    """The port `Cache` that stores nothing: for a process that shares a database but no cache with others."""

    async def get(self, _key: str) -> str | None:
        return None

    async def put(self, _key: str, _value: str, ttl_s: int) -> None:
        checked_ttl(ttl_s)

    async def drop(self, *_keys: str) -> None:
        """Nothing is stored."""
