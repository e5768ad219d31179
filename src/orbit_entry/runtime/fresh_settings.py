"""A process follows the settings that any other process has changed."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import structlog

from orbit_domain.storage import StorageError
from orbit_entry.runtime.signals import sleep_or_stop

log = structlog.get_logger()


@asynccontextmanager
async def fresh_settings(refresh: Callable[[], Awaitable[None]], period_s: float) -> AsyncIterator[None]:
    """Call *refresh* every *period_s* seconds while the block runs."""
    stop = asyncio.Event()

    async def look() -> None:
        while not stop.is_set():
            await sleep_or_stop(period_s, stop)
            try:
                await refresh()
            except StorageError as error:  # What was known stays.
                log.warning("settings_not_read", reason=str(error))

    task = asyncio.create_task(look(), name="fresh settings")
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
