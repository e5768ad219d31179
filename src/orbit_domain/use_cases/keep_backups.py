"""Make backups as often as the owner wishes, and tell the owner when they can't be relied on."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import NewType

from orbit_domain.backup.backup import Backup, FailedBackup
from orbit_domain.backup.copies import KnownCopies, is_relied_on
from orbit_domain.backup.ports import BackupCopies, Backups
from orbit_domain.backup.retention import OLD, is_due, newest_verified
from orbit_domain.clock import Clock
from orbit_domain.ids import Ids, TelegramId
from orbit_domain.notice.backup_overdue import BackupCopyOverdue, BackupOverdue
from orbit_domain.steps.notify import notify
from orbit_domain.storage import Storage, Transaction, transact

BackupPace = NewType("BackupPace", timedelta)
"""How much time lies between two backups; zero: the owner makes them otherwise."""


@dataclass(frozen=True, slots=True)
class KeepBackups:
    """Make one when it is due. The alarm is about what is there, however it was made: once a day, to the owner.

    The run that makes one copies it too; of copies that are missing the owner hears in the same way.

    A shop that has tried nothing yet has no alarm, nor has one without a key: the doctor speaks of that.
    """

    storage: Storage
    clock: Clock
    ids: Ids
    owner: TelegramId | None
    backups: Backups
    every: BackupPace
    copies: BackupCopies

    async def __call__(self) -> bool:
        """Whether the owner has something to worry about."""
        if self.every and is_due(await self.backups.all(), await self.backups.failed(), self.every, self.clock.now()):
            await self.backups.make()
        if not self.backups.is_set_up or await self.backups.is_busy():
            return False
        now, backups = self.clock.now(), await self.backups.all()
        alarm = _alarm(backups, await self.backups.failed(), now)
        alarms: list[BackupOverdue | BackupCopyOverdue] = [alarm] if alarm is not None else []
        alarms.extend(_copy_alarms(backups, await self.copies.known(), now))
        if alarms and self.owner is not None:
            await transact(self.storage, partial(self._tell, self.owner, alarms, now))
        return bool(alarms)

    async def _tell(
        self, owner: TelegramId, alarms: Sequence[BackupOverdue | BackupCopyOverdue], now: datetime, tx: Transaction
    ) -> None:
        for alarm in alarms:
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


def _copy_alarms(
    backups: Sequence[Backup], copies: Sequence[KnownCopies], now: datetime
) -> Sequence[BackupCopyOverdue]:
    day = now.astimezone(UTC).date().isoformat()
    return [
        BackupCopyOverdue(one.destination.value, one.newest_taken_at, one.problem, day)
        for one in copies
        if not is_relied_on(one, backups, now)
    ]
