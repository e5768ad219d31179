"""Updates of one user run one after another, updates of different users concurrently."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Hashable
from typing import TypeVar

T = TypeVar("T")


class PerUserQueue:
    """Runs work with the same key in the order of arrival, and at most *max_concurrent* pieces at once in all."""

    def __init__(self, max_concurrent: int = 64) -> None:
        self._slots = asyncio.Semaphore(max_concurrent)
        self._locks: dict[Hashable, asyncio.Lock] = {}
        self._waiting: Counter[Hashable] = Counter()

    async def run(self, key: Hashable, work: Callable[[], Awaitable[T]]) -> T:
        """What *work* returns, after all earlier work with the same *key*. Raises what *work* raises."""
        lock = self._locks.setdefault(key, asyncio.Lock())
        self._waiting[key] += 1
        try:
            async with lock, self._slots:
                return await work()
        finally:
            self._waiting[key] -= 1
            if not self._waiting[key]:
                del self._waiting[key], self._locks[key]
