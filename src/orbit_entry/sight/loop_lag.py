"""How late the event loop runs what is due: whatever blocks it makes every customer wait."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

_EVERY_S = 1.0
_REMEMBERED = 60


class LoopLag:
    """The worst delay of the last minute, so that a scrape sees one that happened between two scrapes."""

    def __init__(self) -> None:
        self._delays: deque[float] = deque(maxlen=_REMEMBERED)

    @property
    def worst_s(self) -> float:
        """In seconds."""
        return max(self._delays, default=0.0)

    def add(self, seconds: float) -> None:
        """The loop woke up so many seconds late."""
        self._delays.append(max(0.0, seconds))

    @asynccontextmanager
    async def watching(self) -> AsyncIterator[None]:
        """Look once a second while the block runs."""

        async def watch() -> None:
            loop = asyncio.get_running_loop()
            while True:
                due = loop.time() + _EVERY_S
                await asyncio.sleep(_EVERY_S)
                self.add(loop.time() - due)

        task = asyncio.create_task(watch(), name="event loop lag")
        try:
            yield
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
