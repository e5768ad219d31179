"""Workers whose turns only count, at a broker within the process or on a real Redis."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress

from orbit_adapters.redis.connection import redis_client
from orbit_adapters.redis.door import SafeDoor
from orbit_adapters.redis.slots import RedisSlots
from orbit_adapters.system.clock import SystemClock
from orbit_entry.worker.bell import Bell
from orbit_entry.worker.broker import open_broker
from orbit_entry.worker.loops import Loop
from orbit_entry.worker.work import Work
from orbit_entry.worker.worker import NoSlots, Worker

LIMIT_S = 60
PATIENT_S = 5
SELDOM_S = 3_600


class Hand:
    """One process: its bell, and its worker, which may be started. `taken` counts the turns by kind of work."""

    def __init__(self, url: str | None, period_s: float = SELDOM_S) -> None:
        self.taken: Counter[Work] = Counter()
        self.broker = open_broker(url)
        self.door = SafeDoor(redis_client(url), SystemClock(), timeout_s=PATIENT_S) if url else None
        self.bell = Bell(self.broker, self.door)
        slots = RedisSlots(self.door) if self.door else NoSlots()
        loops = [Loop(work, period_s, self._turn(work)) for work in (Work.KEYS, Work.NOTICES)]
        self.worker = Worker(loops, self.broker, self.bell, slots)
        self._changed = asyncio.Condition()

    def _turn(self, work: Work) -> Callable[[], Awaitable[None]]:
        async def turn() -> None:
            async with self._changed:
                self.taken[work] += 1
                self._changed.notify_all()

        return turn

    async def until(self, work: Work, count: int) -> None:
        """Wait until *count* turns of *work* were taken."""
        async with asyncio.timeout(LIMIT_S), self._changed:
            await self._changed.wait_for(lambda: self.taken[work] >= count)

    async def is_woken(self, work: Work) -> bool:
        """Whether a turn is taken when somebody rings again and again, as commits do in a busy shop."""
        before = self.taken[work]
        with suppress(TimeoutError):
            async with asyncio.timeout(LIMIT_S):
                while self.taken[work] == before:
                    await self.bell.ring(work)
                    await asyncio.sleep(0.02)
        return self.taken[work] > before


@asynccontextmanager
async def open_hand(url: str | None, period_s: float = SELDOM_S, *, works: bool = True) -> AsyncIterator[Hand]:
    """A process that *works* while the block runs; its first sweep is behind it unless another one has its slot."""
    hand = Hand(url, period_s)
    try:
        if works:
            await hand.worker.start()
        yield hand
    finally:
        await hand.worker.stop(LIMIT_S)
        await hand.broker.shutdown()
        if hand.door is not None:
            await hand.door.close()
