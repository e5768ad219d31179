"""One user's updates one after another, different users' side by side."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Hashable


class PerUserQueue:
    """Runs work in lanes: first come, first served within a lane; at most *width* pieces at once in all."""

    def __init__(self, width: int = 64) -> None:
        self._width = asyncio.Semaphore(width)
        self._locks: dict[Hashable, asyncio.Lock] = {}
        self._waiting: Counter[Hashable] = Counter()

    async def run(self, lane: Hashable, work: Callable[[], Awaitable[None]]) -> None:
        """Do *work* after everything that entered *lane* before it. What it raises is the caller's."""
        lock = self._locks.setdefault(lane, asyncio.Lock())
        self._waiting[lane] += 1
        try:
            async with lock, self._width:
                await work()
        finally:
            self._waiting[lane] -= 1
            if not self._waiting[lane]:
                del self._waiting[lane], self._locks[lane]
