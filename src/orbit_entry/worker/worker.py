"""The background work of one process."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Protocol

from taskiq import AsyncBroker
from taskiq_redis import RedisStreamBroker

from orbit_entry.worker.bell import Bell
from orbit_entry.worker.listening import keep_listening
from orbit_entry.worker.loops import Loop, keep_sweeping
from orbit_entry.worker.turns import Turns
from orbit_entry.worker.work import Work

_GOODBYE_S = 1.0
_UNASKED_AFTER = 10


class Slots(Protocol):
    """Hands out each period's sweep to one of the workers."""

    async def take(self, name: str, period_s: float) -> bool:
        """Whether this worker has the slot *name* of this period."""


class NoSlots:
    """For a worker that knows of no other one: every slot is its own."""

    async def take(self, _name: str, _period_s: float) -> bool:
        """Yes."""
        return True


class Worker:
    """Sweeps, and takes a turn whenever the broker hands one out. Can be stopped kindly, or killed where it stands.

    A sweep goes through the broker, so that any worker may take it. When the broker can't be reached, the worker
    that swept takes the turn itself; and it takes one unasked when it has had none for ten periods, whatever a
    broker that swallows messages, or a worker that keeps all the slots, may pretend.
    """

    def __init__(self, loops: Sequence[Loop], broker: AsyncBroker, bell: Bell, slots: Slots) -> None:
        self._loops = loops
        self._broker = broker
        self._bell = bell
        self._slots = slots
        self._stop = asyncio.Event()
        self._turns = Turns(())
        self._tasks: list[asyncio.Task[None]] = []

    @property
    def running(self) -> bool:
        """Whether the worker works."""
        return bool(self._tasks)

    async def start(self) -> None:
        """Begin, unless it works already."""
        if self._tasks:
            return
        self._stop = asyncio.Event()
        self._turns = Turns(self._loops)
        for loop in self._loops:
            self._broker.register_task(_task(self._turns, loop.work), task_name=loop.work.value)
        self._tasks = [
            asyncio.create_task(keep_sweeping(loop, self._sweep, self._stop), name=f"sweep {loop.work}")
            for loop in self._loops
        ]
        if isinstance(self._broker, RedisStreamBroker):
            self._tasks.append(asyncio.create_task(keep_listening(self._broker, self._stop), name="listen"))

    async def stop(self, limit_s: float) -> None:
        """Let every turn in hand finish, for *limit_s* seconds at most, and be acknowledged."""
        self._stop.set()
        await self._turns.stop(limit_s)
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=_GOODBYE_S)
        await self.kill()

    async def kill(self) -> None:
        """Stop at once, wherever the work is. What was being done is done again later."""
        self._stop.set()
        tasks, self._tasks = self._tasks, []
        await self._turns.kill()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _sweep(self, loop: Loop) -> None:
        if self._turns.idle_s(loop.work) > _UNASKED_AFTER * loop.period_s or not await self._is_handed_on(loop):
            await self._turns.take(loop.work, urgent=False)

    async def _is_handed_on(self, loop: Loop) -> bool:
        """Whether this sweep is somebody's: another worker's by its slot, or whose the broker says."""
        return not await self._slots.take(loop.work, loop.period_s) or await self._bell.ring(loop.work, urgent=False)


def _task(turns: Turns, work: Work) -> Callable[[bool], Awaitable[None]]:
    async def take_turn(urgent: bool) -> None:
        await turns.take(work, urgent=urgent)

    return take_turn
