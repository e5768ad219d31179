"""Retries of a whole unit of work, never of a part of it."""

import asyncio
import random
from collections.abc import Awaitable, Callable
from typing import TypeVar

from orbit_domain.storage import StorageBusy

T = TypeVar("T")
Pause = Callable[[int], Awaitable[None]]

_FIRST_BACKOFF_S = 0.02
_MAX_BACKOFF_S = 0.5
# Needs no replay, but must differ between processes that were forked from one.
_random = random.SystemRandom()


async def backoff(failures: int) -> None:
    """Wait for a random time. Its maximum doubles with each failure, up to half a second."""
    await asyncio.sleep(_random.uniform(0, min(_MAX_BACKOFF_S, _FIRST_BACKOFF_S * 2**failures)))


async def retry_on_busy(work: Callable[[], Awaitable[T]], *, attempts: int = 5, pause: Pause = backoff) -> T:
    """Return what *work* returns. It is called again whenever it raises StorageBusy, *attempts* times in all.

    *work* must be safe to call twice, as every use case is: when the answer to a COMMIT is lost, the first call may
    have been recorded. *pause* is awaited between two attempts with the number of failures so far. Raises the last
    StorageBusy, and any other error at once: a quick retry doesn't help against StorageUnavailable.
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
