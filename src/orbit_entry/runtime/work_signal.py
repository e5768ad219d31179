"""Signals that wake a worker, in this process or another one."""

from typing import TYPE_CHECKING

from orbit_domain.storage import ChangeSet
from orbit_entry.runtime.broker import Broker
from orbit_entry.runtime.periodic_job import JobName

if TYPE_CHECKING:
    from orbit_adapters.redis.client import ResilientRedis


class WorkSignal:
    """Asks workers at *broker* for a run of a job, through *client* if the broker is on Redis.

    A lost signal does no harm: the next sweep finds the work.
    """

    def __init__(self, broker: Broker, client: "ResilientRedis | None") -> None:
        self._broker = broker
        self._client = client

    async def send(self, job: JobName, *, urgent: bool = True) -> bool:
        """Ask for a run of *job*. False when no worker can have got the signal. Never raises, never takes long.

        *urgent*: something became due just now, so a run in progress may have missed it.
        """
        if self._client is None:
            return await self._broker.send(job, urgent=urgent)
        return await self._client.call(lambda _: self._broker.send(job, urgent=urgent), False)


class SignalAfterCommit:
    """The port `AfterCommit`: work that a transaction made due begins at once, not at the next sweep."""

    def __init__(self, work_signal: WorkSignal) -> None:
        self._work_signal = work_signal

    async def __call__(self, changes: ChangeSet) -> None:
        """Send a signal for each kind of work that is due."""
        if changes.keys_due:
            await self._work_signal.send(JobName.KEYS)
        if changes.notices_due:
            await self._work_signal.send(JobName.NOTICES)
