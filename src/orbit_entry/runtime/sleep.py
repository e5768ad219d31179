"""Waiting that can be cut short."""

import asyncio
from contextlib import suppress


async def sleep_or_stop(seconds: float, stop: asyncio.Event) -> None:
    """Wait for so many *seconds*, or until *stop*."""
    # Not wait_for: before Python 3.12 it can lose a cancellation.
    with suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await stop.wait()
