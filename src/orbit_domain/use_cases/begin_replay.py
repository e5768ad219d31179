"""A backup was restored: what was paid since it was taken has to be read again before anything else is believed."""

from dataclasses import dataclass
from datetime import datetime

from orbit_domain.backup.replay import REPLAY, RESTORED
from orbit_domain.broadcast.broadcast import BroadcastAction
from orbit_domain.clock import Clock
from orbit_domain.ids import Ids
from orbit_domain.steps.asked_work import next_moment
from orbit_domain.storage import AdminAction, Storage


@dataclass(frozen=True, slots=True)
class BeginReplay:
    """To be called before the restored shop runs for the first time, by whoever restores it.

    Cursors are left where the backup has them: all that came since is read again, under the same names, and booked
    once. A broadcast that was running is paused: who got it since the backup isn't known, the author decides.
    """

    storage: Storage
    clock: Clock
    ids: Ids

    async def __call__(self, taken_at: datetime, actor: str) -> None:
        """*taken_at* is when the backup was taken."""
        async with self.storage.transaction() as tx:
            at = await next_moment(tx, REPLAY, self.clock.now())
            for running in await tx.broadcasts.running():
                broadcast = await tx.broadcasts.lock(running.id)
                await tx.broadcasts.save(broadcast.steer(BroadcastAction.PAUSE, at))
            reason = f"backup of {taken_at.isoformat(timespec='seconds')}"
            await tx.admin_log.add(AdminAction(self.ids.uuid(), actor, RESTORED, REPLAY, reason, at))
