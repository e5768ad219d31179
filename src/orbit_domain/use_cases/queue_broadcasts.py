"""Put the messages of running broadcasts into the outbox, a few at a time."""

from dataclasses import dataclass

from orbit_domain.broadcast.broadcast import Broadcast, BroadcastState
from orbit_domain.clock import Clock
from orbit_domain.ids import BroadcastId, Ids
from orbit_domain.notice.announcement import Announcement, BroadcastOver
from orbit_domain.steps.notify import notify, notify_all
from orbit_domain.storage import Storage, Transaction


@dataclass(frozen=True, slots=True)
class QueueBroadcasts:
    """Keep up to *window* messages of each broadcast due: a pause lets so many arrive, a second or two of sending.

    What is held until somebody's quiet hours end holds up nobody else; the broadcast is over when it was sent, too.

    The outbox does the rest: money and alerts go first, the limits of Telegram hold, nobody gets it twice but after
    a crash between sending and recording. A page and how far it reaches are one transaction.
    """

    storage: Storage
    clock: Clock
    ids: Ids
    window: int = 40

    async def __call__(self) -> int:
        """How many messages were added."""
        async with self.storage.transaction() as tx:
            running = await tx.broadcasts.running()
        return sum([await self._queue(one.id) for one in running])

    async def _queue(self, broadcast_id: BroadcastId) -> int:
        async with self.storage.transaction() as tx:
            broadcast = await tx.broadcasts.lock(broadcast_id)
            if broadcast.state is not BroadcastState.RUNNING:
                return 0
            queue = await tx.broadcasts.queue(broadcast_id, self.clock.now())
            if queue.due >= self.window:
                return 0
            added = await self._add_page(tx, broadcast, self.window - queue.due)
            if not added and not queue.waiting:
                await self._end(tx, broadcast)
            return added

    async def _end(self, tx: Transaction, broadcast: Broadcast) -> None:
        now = self.clock.now()
        progress = await tx.broadcasts.progress(broadcast.id)
        await tx.broadcasts.save(broadcast.end(now))
        over = BroadcastOver(broadcast.id, progress.sent, progress.lost)
        await notify(tx, self.ids, broadcast.author, over, now)

    async def _add_page(self, tx: Transaction, broadcast: Broadcast, room: int) -> int:
        now = self.clock.now()
        page = await tx.broadcasts.recipients(broadcast, now, room)
        await notify_all(tx, self.ids, [(tg_id, Announcement(broadcast.id)) for tg_id in page], now)
        if page:
            await tx.broadcasts.save(broadcast.queue(page[-1], len(page)))
        return len(page)
