"""Waking a worker, in this process or another one."""

from typing import Any

from redis.exceptions import ResponseError
from taskiq import AsyncBroker
from taskiq.exceptions import SendTaskError, UnknownTaskError
from taskiq.kicker import AsyncKicker

from orbit_adapters.redis.client import ResilientRedis
from orbit_domain.storage import ChangeSet
from orbit_entry.runtime.job_name import JobName


class WorkSignal:
    """Rings for work at *broker*, through the *door* to its Redis if it has one. What isn't heard, a sweep finds."""

    def __init__(self, broker: AsyncBroker, door: ResilientRedis | None) -> None:
        self._broker = broker
        self._door = door

    async def send(self, work: JobName, *, urgent: bool = True) -> bool:
        """Ask for a turn; False when nobody can have heard it. Never fails, and never takes long.

        *urgent*: something became due just now, so that a turn in hand may have missed it.
        """
        if self._door is None:
            return await self._send(work, urgent)
        return await self._door.ask(lambda _: self._send(work, urgent), False)

    async def _send(self, work: JobName, urgent: bool) -> bool:
        kicker: AsyncKicker[[bool], Any] = AsyncKicker(work.value, self._broker, {})
        try:
            await kicker.kiq(urgent)
        except SendTaskError as error:
            if isinstance(error.__cause__, UnknownTaskError | ResponseError):
                return False  # No worker lives in this process; or Redis is well, and only the stream isn't.
            raise
        return True


class SignalAfterCommit:
    """The port `AfterCommit`: what a transaction made due is begun at once instead of at the next sweep."""

    def __init__(self, work_signal: WorkSignal) -> None:
        self._work_signal = work_signal

    async def __call__(self, changes: ChangeSet) -> None:
        """Ring for what is due."""
        if changes.keys_due:
            await self._work_signal.send(JobName.KEYS)
        if changes.notices_due:
            await self._work_signal.send(JobName.NOTICES)
