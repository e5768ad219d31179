"""What the tables say, read now and then: a scrape never asks the database."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import datetime

import structlog

from orbit_adapters.sql.vitals import Vitals
from orbit_domain.clock import Clock
from orbit_domain.storage import StorageError

_EVERY_S = 15.0

log = structlog.get_logger()


class KeptVitals:
    """`last` is what *read* has said last, None before its first answer. `is_failing`: its newest call had none."""

    def __init__(self, read: Callable[[datetime], Awaitable[Vitals]], clock: Clock) -> None:
        self.last: Vitals | None = None
        self.is_failing = False
        self._read = read
        self._clock = clock

    async def refresh(self) -> None:
        """Read again. Without an answer, what was known stays, and its age shows."""
        try:
            self.last = await self._read(self._clock.now())
            self.is_failing = False
        except StorageError as error:
            self.is_failing = True
            log.warning("vitals_not_read", reason=str(error))

    @asynccontextmanager
    async def kept_fresh(self) -> AsyncIterator[None]:
        """Read before the block, and every few seconds while it runs."""
        await self.refresh()

        async def look() -> None:
            while True:
                await asyncio.sleep(_EVERY_S)
                await self.refresh()

        task = asyncio.create_task(look(), name="vitals")
        try:
            yield
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
