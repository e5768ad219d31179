"""Waking a worker, in this process or another one."""

from typing import Any

from redis.exceptions import ResponseError
from taskiq import AsyncBroker
from taskiq.exceptions import SendTaskError, UnknownTaskError
from taskiq.kicker import AsyncKicker

from orbit_adapters.redis.door import SafeDoor
from orbit_domain.storage import Changes
from orbit_entry.worker.work import Work


class Bell:
    """Rings for work at *broker*, through the *door* to its Redis if it has one. What isn't heard, a sweep finds."""

    def __init__(self, broker: AsyncBroker, door: SafeDoor | None) -> None:
        self._broker = broker
        self._door = door

    async def ring(self, work: Work, *, urgent: bool = True) -> bool:
        """Ask for a turn; False when nobody can have heard it. Never fails, and never takes long.

        *urgent*: something became due just now, so that a turn in hand may have missed it.
        """
        if self._door is None:
            return await self._send(work, urgent)
        return await self._door.ask(lambda _: self._send(work, urgent), False)

    async def _send(self, work: Work, urgent: bool) -> bool:
        kicker: AsyncKicker[[bool], Any] = AsyncKicker(work.value, self._broker, {})
        try:
            await kicker.kiq(urgent)
        except SendTaskError as error:
            if isinstance(error.__cause__, UnknownTaskError | ResponseError):
                return False  # No worker lives in this process; or Redis is well, and only the stream isn't.
            raise
        return True


class RingForWork:
    """The port `AfterCommit`: what a transaction made due is begun at once instead of at the next sweep."""

    def __init__(self, bell: Bell) -> None:
        self._bell = bell

    async def __call__(self, changes: Changes) -> None:
        """Ring for what is due."""
        if changes.keys_due:
            await self._bell.ring(Work.KEYS)
        if changes.notices_due:
            await self._bell.ring(Work.NOTICES)
