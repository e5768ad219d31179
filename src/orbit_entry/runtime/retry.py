"""Trying again what was in others' way: the whole unit of work, never a part of it."""

import asyncio
import random
from collections.abc import Awaitable, Callable
from typing import TypeVar

from orbit_domain.storage import StorageBusy

T = TypeVar("T")
Pause = Callable[[int], Awaitable[None]]

_FIRST_BACKOFF_S = 0.02
_LONGEST_BACKOFF_S = 0.5
# Chance that needn't be replayed, but must differ between processes that were forked from one.
_chance = random.SystemRandom()


async def backoff(failures: int) -> None:
    """Wait a moment of random length. The longest there can be doubles with each failure, up to half a second."""
    await asyncio.sleep(_chance.uniform(0, min(_LONGEST_BACKOFF_S, _FIRST_BACKOFF_S * 2**failures)))


async def retry_on_busy(work: Callable[[], Awaitable[T]], *, attempts: int = 5, pause: Pause = backoff) -> T:
    """What *work* answers, called again from its beginning whenever it raises StorageBusy, *attempts* times in all.

    *work* must be safe to call twice, as every verb is: after a lost answer to a COMMIT its first call may have
    been recorded. *pause* is awaited between two attempts and given the number of failures so far. The last
    StorageBusy is raised, and everything else at once: StorageUnavailable isn't mended by haste.
    """
    failures = 0
    while True:
        try:
            return await work()
        except StorageBusy:
            failures += 1
            if failures >= attempts:
                raise
        await pause(failures)
