"""Waiting for what a server does by itself, by asking it."""

import asyncio
from collections.abc import Awaitable, Callable

_LONGEST_S = 20
_POLL_S = 0.02


async def until(holds: Callable[[], Awaitable[bool]]) -> None:
    """Return when *holds* answers yes. Raises TimeoutError after twenty seconds."""
    async with asyncio.timeout(_LONGEST_S):
        while not await holds():  # noqa: ASYNC110 - the server has no event to await
            await asyncio.sleep(_POLL_S)
