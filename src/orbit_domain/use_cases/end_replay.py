"""A replay ends by itself when the sources of money were read up to the restore, or when the owner says so."""

from dataclasses import dataclass, field
from datetime import datetime
from functools import partial

from orbit_domain.access.sweep import ASKED, SWEEP
from orbit_domain.access.sweep import ENDED as SWEPT
from orbit_domain.backup.replay import ENDED, REPLAY, Replay
from orbit_domain.clock import Clock
from orbit_domain.ids import Ids, TelegramId
from orbit_domain.notice.backup_notices import ReplayEnded
from orbit_domain.payment.source import ReceiptSources
from orbit_domain.steps.asked_work import next_moment, running_work
from orbit_domain.steps.notify import notify
from orbit_domain.steps.read_replay import read_replay, replay_runs
from orbit_domain.storage import AdminAction, Storage, Transaction, transact

_WORKER = "worker"
_MOST_UNMATCHED = 1_000


@dataclass(slots=True)
class WatchReplay:
    """Whether one runs. A process that found none asks no more: nothing is restored while it lives."""

    storage: Storage
    _may_run: bool = field(default=True, init=False)

    async def __call__(self) -> bool:
        if self._may_run:
            self._may_run = await transact(self.storage, replay_runs)
        return self._may_run


@dataclass(frozen=True, slots=True)
class ShowReplay:
    """How far the one that runs is; None: none runs."""

    storage: Storage
    sources: ReceiptSources

    async def __call__(self) -> Replay | None:
        return await transact(self.storage, partial(read_replay, sources=self.sources))


@dataclass(frozen=True, slots=True)
class EndReplay:
    """End it once what was paid before the restore is known. Then the panels are swept, so that keys follow the ledger.

    The owner hears what has no customer: it was asked for after the backup, and nobody knows any more by whom.
    """

    storage: Storage
    clock: Clock
    ids: Ids
    owner: TelegramId | None
    sources: ReceiptSources

    async def __call__(self, by: str | None = None) -> Replay | None:
        """The replay that goes on; None: none runs any more. *by* ends it as it is."""
        return await transact(self.storage, partial(self._end, by))

    async def _end(self, by: str | None, tx: Transaction) -> Replay | None:
        replay = await read_replay(tx, self.sources)
        if replay is None or not (replay.is_done or by):
            return replay
        now = self.clock.now()
        actor = by or _WORKER
        unread = ", ".join(replay.behind)
        reason = f"not read: {unread}" if unread else ""
        at = await next_moment(tx, REPLAY, now)
        await tx.admin_log.add(AdminAction(self.ids.uuid(), actor, ENDED, REPLAY, reason, at))
        if await running_work(tx, SWEEP, SWEPT) is None:
            at = await next_moment(tx, SWEEP, now)
            await tx.admin_log.add(AdminAction(self.ids.uuid(), actor, ASKED, SWEEP, "", at))
        await self._tell(tx, replay, now)
        return None

    async def _tell(self, tx: Transaction, replay: Replay, now: datetime) -> None:
        if self.owner is None:
            return
        nameless = await tx.receipts.unmatched(_MOST_UNMATCHED)
        since = sum(receipt.seen_at >= replay.restored_at for receipt in nameless)
        notice = ReplayEnded(replay.restored_at, replay.reason, since, ", ".join(replay.behind))
        await notify(tx, self.ids, self.owner, notice, now)
