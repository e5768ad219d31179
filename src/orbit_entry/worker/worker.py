"""The background loops as one thing."""

import asyncio

from orbit_entry.worker.loops import keep_turning
from orbit_entry.worker.pace import Pace
from orbit_entry.worker.schedule import Schedule


class Worker:
    """Can be started, stopped kindly, or killed where it stands."""

    def __init__(self, schedule: Schedule, pace: Pace) -> None:
        self.schedule = schedule
        self.pace = pace
        self._stop = asyncio.Event()
        self._turning: list[asyncio.Task[None]] = []

    @property
    def running(self) -> bool:
        """Whether the loops turn."""
        return bool(self._turning)

    async def start(self) -> None:
        """Start the loops, unless they turn already."""
        if self._turning:
            return
        self._stop = asyncio.Event()
        self._turning = [
            asyncio.create_task(keep_turning(loop, self._stop), name=loop.name)
            for loop in self.schedule.loops(self.pace)
        ]

    async def stop(self, limit_s: float) -> None:
        """Let every turn in hand finish, for *limit_s* seconds at most."""
        self._stop.set()
        if self._turning:
            await asyncio.wait(self._turning, timeout=limit_s)
        await self.kill()

    async def kill(self) -> None:
        """Stop at once, wherever the loops are. What they were doing is done again later."""
        turning, self._turning = self._turning, []
        for task in turning:
            task.cancel()
        await asyncio.gather(*turning, return_exceptions=True)
