"""Make backups as often as the owner wishes, and tell the owner when they can't be relied on."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import NewType

from orbit_domain.backup.backup import Backup, FailedBackup
from orbit_domain.backup.ports import Backups
from orbit_domain.backup.retention import OLD, is_due, newest_verified
from orbit_domain.clock import Clock
from orbit_domain.ids import Ids, TelegramId
from orbit_domain.notice.backup_overdue import BackupOverdue
from orbit_domain.steps.notify import notify
from orbit_domain.storage import Storage, Transaction, transact

BackupPace = NewType("BackupPace", timedelta)
"""How much time lies between two backups; zero: the owner makes them otherwise."""


@dataclass(frozen=True, slots=True)
class KeepBackups:
    """Make one when it is due. The alarm is about what is there, however it was made: once a day, to the owner.

    A shop that has tried nothing yet has no alarm, nor has one without a key: the doctor speaks of that.
    """

    storage: Storage
    clock: Clock
    ids: Ids
    owner: TelegramId | None
    backups: Backups
    every: BackupPace

    async def __call__(self) -> bool:
        """Whether the owner has something to worry about."""
        if self.every and is_due(await self.backups.all(), await self.backups.failed(), self.every, self.clock.now()):
            await self.backups.make()
        if not self.backups.is_set_up or await self.backups.is_busy():
            return False
        now = self.clock.now()
        alarm = _alarm(await self.backups.all(), await self.backups.failed(), now)
        if alarm is not None and self.owner is not None:
            await transact(self.storage, partial(self._tell, self.owner, alarm, now))
        return alarm is not None

    async def _tell(self, owner: TelegramId, alarm: BackupOverdue, now: datetime, tx: Transaction) -> None:
        await notify(tx, self.ids, owner, alarm, now)


def _alarm(backups: Sequence[Backup], failed: FailedBackup | None, now: datetime) -> BackupOverdue | None:
    good = newest_verified(backups)
    if good is not None and now - good.taken_at <= OLD:
        return None
    if good is None and failed is None and not backups:
        return None
    newest = max(backups, key=lambda one: one.taken_at, default=None)
    problem = failed.problem if failed is not None else newest.problem if newest is not None else ""
    return BackupOverdue(good.taken_at if good else None, problem, now.astimezone(UTC).date().isoformat())
