"""The cache of one process: for shops without Redis, and for tests."""

from collections import Counter
from datetime import datetime, timedelta

from orbit_domain.cache import checked_ttl
from orbit_domain.clock import Clock


class MemoryCache:
    """The port `Cache` in memory, for *most* keys: beyond that, what wasn't read for longest is forgotten.

    `counts` holds hits and misses.
    """

    def __init__(self, clock: Clock, most: int = 10_000) -> None:
        self.counts: Counter[str] = Counter()
        self._clock = clock
        self._most = most
        self._known: dict[str, tuple[str, datetime]] = {}

    def __len__(self) -> int:
        return len(self._known)

    async def get(self, key: str) -> str | None:
        known = self._known.pop(key, None)
        if known is None or known[1] <= self._clock.now():
            self.counts["miss"] += 1
            return None
        self.counts["hit"] += 1
        self._known[key] = known
        return known[0]

    async def put(self, key: str, value: str, ttl_s: int) -> None:
        until = self._clock.now() + timedelta(seconds=checked_ttl(ttl_s))
        self._known.pop(key, None)
        self._known[key] = (value, until)
        while len(self._known) > self._most:
            del self._known[next(iter(self._known))]

    async def drop(self, *keys: str) -> None:
        for key in keys:
            self._known.pop(key, None)
