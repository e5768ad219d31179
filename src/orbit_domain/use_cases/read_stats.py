"""Statistics of the shop, counted at most twice a minute."""

import asyncio
from dataclasses import dataclass, field
from datetime import timedelta

from orbit_domain.clock import Clock
from orbit_domain.stats import Stats, StatsReader


@dataclass(slots=True)
class ReadStats:
    """Count, and answer with the same figures while they are younger than `keep`.

    Concurrent calls wait for the count that is under way instead of beginning another. A failed count
    isn't kept: the next call counts again.
    """

    reader: StatsReader
    clock: Clock
    keep: timedelta = timedelta(seconds=30)
    _last: Stats | None = field(default=None, init=False, repr=False)
    _turn: asyncio.Lock = field(default_factory=asyncio.Lock, init=False, repr=False)

    async def __call__(self) -> Stats:
        async with self._turn:
            now = self.clock.now()
            # A clock that was set back makes no answer fresh for ever.
            if self._last is None or not timedelta(0) <= now - self._last.at < self.keep:
                self._last = await self.reader.read(now)
            return self._last
