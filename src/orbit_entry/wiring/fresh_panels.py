"""A process knows the panels of the database: all of them when it starts, and what changes while it runs."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import structlog

from orbit_domain.storage import StorageError
from orbit_entry.runtime.signals import sleep_or_stop
from orbit_entry.wiring.panel_registry import PanelRegistry

_LAST_LOOK_S = 1

log = structlog.get_logger()


async def require_panels(panels: PanelRegistry) -> None:
    """Open every panel of the database. Raises UnusablePanel for the first one that can't be, StorageError.

    A shop that runs without it would take money for keys that it can't deliver there, without a word.
    """
    for one in await panels.refresh():
        raise one


@asynccontextmanager
async def kept_fresh(panels: PanelRegistry, period_s: float) -> AsyncIterator[None]:
    """Look for other panels every *period_s* seconds while the block runs."""
    stop = asyncio.Event()

    async def look() -> None:
        while not stop.is_set():
            await sleep_or_stop(period_s, stop)
            try:
                await panels.refresh()
            except StorageError as error:  # Those that are open stay in use.
                log.warning("panels_not_read", reason=str(error))

    task = asyncio.create_task(look(), name="fresh panels")
    try:
        yield
    finally:
        stop.set()
        # A look that is under way may have opened a panel that nobody else would close.
        await asyncio.wait([task], timeout=_LAST_LOOK_S)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
