"""What a turn of a loop records about something it has claimed."""

from collections.abc import Awaitable, Callable
from typing import TypeVar

from orbit_domain.storage import StorageBusy

T = TypeVar("T")

_ATTEMPTS = 3


async def insist(record: Callable[[], Awaitable[T]]) -> T:
    """What *record*, a whole unit of work, answers; called again at once when others were in its way.

    Nobody claims the same thing again before its lease ends, so trying the whole turn again wouldn't help it.
    Raises the last StorageBusy of a few, and everything else at once.
    """
    for _ in range(_ATTEMPTS - 1):
        try:
            return await record()
        except StorageBusy:
            continue
    return await record()
