"""The owner looks at the backups and has one made now, and the worker makes it."""

from dataclasses import dataclass
from datetime import datetime
from functools import partial

from orbit_domain.backup.asked import ASKED, BACKUP, ENDED, BackupOutcome
from orbit_domain.backup.backup import Backup, BackupProblem, FailedBackup
from orbit_domain.backup.ports import BackupPlace, Backups
from orbit_domain.backup.progress import BackupProgress
from orbit_domain.backup.retention import next_due
from orbit_domain.clock import Clock
from orbit_domain.ids import Ids, TelegramId
from orbit_domain.steps.asked_work import next_moment, running_work
from orbit_domain.steps.require_permission import StaffMember, permitted_actor, require_permission
from orbit_domain.storage import AdminAction, Storage, Transaction, transact
from orbit_domain.use_cases.keep_backups import BackupPace
from orbit_domain.user.permission import Permission
from orbit_domain.user.user import User

UNKNOWN_PROBLEM = "other"
"""The try left no word: the log of the process that made it says more."""

_WORKER = "worker"


@dataclass(frozen=True, slots=True)
class BackupsPage:
    """How it stands at *now*.

    *asked*: the action that asked for the one that is on its way. *last*: when the one before ended, with *outcome*.
    *is_busy*: one is made or verified, whoever wanted it; *progress*: how far it is. *next_at*: when the worker makes
    one by itself; None: it doesn't.
    """

    user: User
    now: datetime
    is_set_up: bool
    place: BackupPlace
    backups: tuple[Backup, ...]
    failed: FailedBackup | None
    is_busy: bool
    progress: BackupProgress | None
    next_at: datetime | None
    asked: AdminAction | None
    last: AdminAction | None
    outcome: BackupOutcome | None

    @property
    def runs(self) -> bool:
        """Whether one is on its way."""
        return self.is_busy or self.asked is not None

    @property
    def is_elsewhere(self) -> bool:
        """Whether the last one lies where this process doesn't see it."""
        taken_at = None if self.outcome is None else self.outcome.taken_at
        return taken_at is not None and all(one.taken_at < taken_at for one in self.backups)


@dataclass(frozen=True, slots=True)
class ShowBackups:
    """How it stands. Raises NotPermitted."""

    storage: Storage
    clock: Clock
    owner: TelegramId | None
    backups: Backups
    every: BackupPace

    async def __call__(self, staff_id: TelegramId) -> BackupsPage:
        async with self.storage.transaction() as tx:
            user = await require_permission(tx, StaffMember(staff_id, self.owner), Permission.RUN_BACKUPS)
            newest = await tx.admin_log.of_subject(BACKUP, 2)
        last = next((action for action in newest if action.action == ENDED), None)
        is_busy, now = await self.backups.is_busy(), self.clock.now()
        place = await self.backups.place()
        kept = () if place is BackupPlace.UNSEEN else await self.backups.all()
        # What is known of a try that goes on isn't the last word on it.
        failed = None if is_busy else await self.backups.failed()
        return BackupsPage(
            user=user,
            now=now,
            is_set_up=self.backups.is_set_up,
            place=place,
            backups=kept,
            failed=failed,
            is_busy=is_busy,
            progress=await self.backups.progress() if is_busy else None,
            next_at=next_due(kept, failed, self.every, now) if self.every and self.backups.is_set_up else None,
            asked=newest[0] if newest and newest[0].action != ENDED else None,
            last=last,
            outcome=BackupOutcome.read(last.reason) if last is not None else None,
        )


@dataclass(frozen=True, slots=True)
class StartBackup:
    """Ask for one. Raises NotPermitted."""

    storage: Storage
    clock: Clock
    ids: Ids
    owner: TelegramId | None
    backups: Backups

    async def __call__(self, staff_id: TelegramId) -> bool:
        """Whether it begins now. One that is on its way goes on as it is; without a key none is made."""
        is_possible = self.backups.is_set_up and not await self.backups.is_busy()
        async with self.storage.transaction() as tx:
            actor = await permitted_actor(tx, StaffMember(staff_id, self.owner), Permission.RUN_BACKUPS)
            if not is_possible or await running_work(tx, BACKUP, ENDED) is not None:
                return False
            at = await next_moment(tx, BACKUP, self.clock.now())
            await tx.admin_log.add(AdminAction(self.ids.uuid(), actor, ASKED, BACKUP, "", at))
        return True


@dataclass(frozen=True, slots=True)
class CarryOutBackup:
    """Make one when somebody has asked. A run that was killed is made up for: the wish stays until there is an outcome.

    While another process makes one the wish waits. One that was begun after the wish fulfils it.
    """

    storage: Storage
    clock: Clock
    ids: Ids
    backups: Backups

    async def __call__(self) -> BackupOutcome | None:
        """What came of it; None when nobody has asked, or the wish waits."""
        asked = await transact(self.storage, partial(running_work, subject=BACKUP, ended=ENDED))
        if asked is None or await self.backups.is_busy():
            return None
        outcome = await self._outcome(asked.at) or await self._made()
        if outcome is not None:
            await transact(self.storage, partial(self._end, asked, outcome))
        return outcome

    async def _made(self) -> BackupOutcome | None:
        if not self.backups.is_set_up:
            return BackupOutcome(BackupProblem.NO_KEY)
        began_at = self.clock.now()
        if not await self.backups.make(is_asked_for=True):
            return None
        return await self._outcome(began_at) or BackupOutcome(UNKNOWN_PROBLEM)

    async def _outcome(self, since: datetime) -> BackupOutcome | None:
        """What came of the newest try that was begun *since* then and has ended."""
        second = since.replace(microsecond=0)  # By which an archive is named.
        kept, failed = await self.backups.all(), await self.backups.failed()
        made = next((one for one in kept if _is_over(one.problem) and one.taken_at >= second), None)
        if made is not None:
            return BackupOutcome.of(made, self.clock.now())
        if failed is not None and _is_over(failed.problem) and failed.at >= since:
            return BackupOutcome(failed.problem)
        return None

    async def _end(self, asked: AdminAction, outcome: BackupOutcome, tx: Transaction) -> None:
        running = await running_work(tx, BACKUP, ENDED)
        if running is not None and running.id == asked.id:  # Another worker may have ended it meanwhile.
            at = await next_moment(tx, BACKUP, self.clock.now())
            await tx.admin_log.add(AdminAction(self.ids.uuid(), _WORKER, ENDED, BACKUP, str(outcome), at))


def _is_over(problem: str) -> bool:
    return problem != BackupProblem.INTERRUPTED
