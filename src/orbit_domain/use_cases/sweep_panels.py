"""The owner has the panels compared with the keys now, and the worker does it."""

from dataclasses import dataclass
from functools import partial

from orbit_domain.access.sweep import AGREED, ASKED, ENDED, SWEEP, SweepFigures
from orbit_domain.clock import Clock
from orbit_domain.ids import Ids, TelegramId
from orbit_domain.steps.already_done import already_done
from orbit_domain.steps.asked_work import next_moment, running_work
from orbit_domain.steps.require_permission import StaffMember, permitted_actor, require_permission
from orbit_domain.storage import AdminAction, Storage, Transaction, transact
from orbit_domain.use_cases.mend_drift import DriftReport, MendDrift
from orbit_domain.user.permission import Permission
from orbit_domain.user.user import User

_ACTOR = "worker"
_LOOKED_AT = 2


@dataclass(frozen=True, slots=True)
class SweepPage:
    """The sweep that runs, if one does, and what the last one has found: when, and its figures."""

    user: User
    runs: AdminAction | None
    last: AdminAction | None
    figures: SweepFigures | None


@dataclass(frozen=True, slots=True)
class ShowSweep:
    """How it stands. No panel is called. Raises NotPermitted."""

    storage: Storage
    owner: TelegramId | None

    async def __call__(self, staff_id: TelegramId) -> SweepPage:
        async with self.storage.transaction() as tx:
            user = await require_permission(tx, StaffMember(staff_id, self.owner), Permission.RUN_PANELS)
            newest = await tx.admin_log.of_subject(SWEEP, _LOOKED_AT)
        last = next((action for action in newest if action.action == ENDED), None)
        runs = newest[0] if newest and newest[0].action != ENDED else None
        return SweepPage(user, runs, last, SweepFigures.read(last.reason) if last is not None else None)


@dataclass(frozen=True, slots=True)
class StartSweep:
    """Ask for one. Raises NotPermitted, and AlreadyDone with whoever asked for the one that runs.

    *agrees_to*: so many accounts, as the last one has found, may be disabled or deleted, too. Where it has found
    another number by now, nothing begins.
    """

    storage: Storage
    clock: Clock
    ids: Ids
    owner: TelegramId | None

    async def __call__(self, staff_id: TelegramId, agrees_to: int | None = None) -> bool:
        """Whether it begins."""
        async with self.storage.transaction() as tx:
            actor = await permitted_actor(tx, StaffMember(staff_id, self.owner), Permission.RUN_PANELS)
            if await running_work(tx, SWEEP, ENDED) is not None:
                raise await already_done(tx, SWEEP, ASKED, AGREED)
            if agrees_to is not None and agrees_to != await _waiting(tx):
                return False
            what, reason = (ASKED, "") if agrees_to is None else (AGREED, f"accounts: {agrees_to}")
            at = await next_moment(tx, SWEEP, self.clock.now())
            await tx.admin_log.add(AdminAction(self.ids.uuid(), actor, what, SWEEP, reason, at))
        return True


@dataclass(frozen=True, slots=True)
class CarryOutSweep:
    """Sweep when somebody has asked. A killed one begins anew: what is mended doesn't differ any more."""

    storage: Storage
    clock: Clock
    ids: Ids
    mend_drift: MendDrift

    async def __call__(self) -> DriftReport | None:
        """What was found; None when nobody has asked."""
        asked = await transact(self.storage, partial(running_work, subject=SWEEP, ended=ENDED))
        if asked is None:
            return None
        report = await self.mend_drift(confirmed=asked.action == AGREED)
        await transact(self.storage, partial(self._end, asked, _figures(report)))
        return report

    async def _end(self, asked: AdminAction, figures: SweepFigures, tx: Transaction) -> None:
        running = await running_work(tx, SWEEP, ENDED)
        if running is not None and running.id == asked.id:  # Another worker may have swept meanwhile, too.
            at = await next_moment(tx, SWEEP, self.clock.now())
            await tx.admin_log.add(AdminAction(self.ids.uuid(), _ACTOR, ENDED, SWEEP, str(figures), at))


async def _waiting(tx: Transaction) -> int | None:
    """How many accounts the last sweep asks about."""
    newest = await tx.admin_log.of_subject(SWEEP, 1)
    figures = SweepFigures.read(newest[0].reason) if newest else None
    return figures.waiting if figures is not None else None


def _figures(report: DriftReport) -> SweepFigures:
    return SweepFigures(
        accounts=sum(found.accounts for found in report.panels.values()),
        mended=report.mended,
        waiting=sum(report.waiting.values()),
        ownerless=sum(found.ownerless for found in report.panels.values()),
        unread=len(report.not_swept),
    )
