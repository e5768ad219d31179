"""The turns that this process takes, one of each kind of work at a time."""

import asyncio
from collections import Counter
from collections.abc import Iterable

import structlog

from orbit_domain.payment.ports import ChainUnavailable
from orbit_domain.storage import StorageTrouble
from orbit_entry.retrying import persevere
from orbit_entry.worker.loops import Loop
from orbit_entry.worker.work import Work

_LONGEST_REST_S = 60

log = structlog.get_logger()


class Turns:
    """Takes a turn whenever it is asked for. An urgent wish during a turn means one more after it, however often.

    After failures in a row a kind of work rests, twice as long each time, a minute at most. What is asked for
    meanwhile is left to the next sweep.
    """

    def __init__(self, loops: Iterable[Loop]) -> None:
        self._loops = {loop.work: loop for loop in loops}
        self._turning: dict[Work, asyncio.Task[None]] = {}
        self._again: set[Work] = set()
        self._failures: Counter[Work] = Counter()
        self._rests_until: dict[Work, float] = {}
        self._ended: dict[Work, float] = {}
        self._over = False

    async def take(self, work: Work, *, urgent: bool) -> None:
        """Take a turn and wait for it, unless one is being taken: that one may have missed what is *urgent*."""
        if self._over or self._now() < self._rests_until.get(work, 0):
            return
        if work in self._turning:
            if urgent:
                self._again.add(work)
            return
        turning = asyncio.create_task(self._turn(self._loops[work]), name=work)
        self._turning[work] = turning
        # Whoever waits may be cancelled, which is no reason to stop in the middle.
        await asyncio.wait({turning})

    def idle_s(self, work: Work) -> float:
        """How many seconds ago a turn ended, or this was asked first; none while one is being taken."""
        return 0.0 if work in self._turning else self._now() - self._ended.setdefault(work, self._now())

    async def stop(self, limit_s: float) -> None:
        """Begin no more turns, and let those in hand finish, for *limit_s* seconds at most."""
        self._over = True
        if self._turning:
            await asyncio.wait(self._turning.values(), timeout=limit_s)
        await self.kill()

    async def kill(self) -> None:
        """Stop at once, wherever the turns are. What they were doing is done again later."""
        self._over = True
        turning = list(self._turning.values())
        for task in turning:
            task.cancel()
        await asyncio.gather(*turning, return_exceptions=True)

    async def _turn(self, loop: Loop) -> None:
        try:
            while await self._succeeds(loop) and loop.work in self._again and not self._over:
                self._again.discard(loop.work)
        finally:
            self._again.discard(loop.work)
            self._ended[loop.work] = self._now()
            del self._turning[loop.work]

    async def _succeeds(self, loop: Loop) -> bool:
        try:
            await persevere(loop.turn)
        except (ChainUnavailable, StorageTrouble) as trouble:
            log.warning("turn_put_off", loop=loop.work, error=type(trouble).__name__, reason=str(trouble))
        except Exception as error:  # a kind of work that is never done again would stop deliveries for everybody
            log.exception("turn_failed", loop=loop.work, error=type(error).__name__)
        else:
            self._failures[loop.work] = 0
            return True
        self._failures[loop.work] += 1
        longest_s = max(loop.period_s, _LONGEST_REST_S)
        rest_s = min(loop.period_s * (2 ** self._failures[loop.work] - 1), longest_s)
        self._rests_until[loop.work] = self._now() + rest_s
        return False

    @staticmethod
    def _now() -> float:
        return asyncio.get_running_loop().time()
