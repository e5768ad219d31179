"""The owner has all old data forgotten now, and the worker does it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from orbit_domain.clock import Clock
from orbit_domain.ids import Ids, TelegramId
from orbit_domain.old_data.clean_up import ASKED, CLEAN_UP, ENDED, figures_from, figures_text
from orbit_domain.old_data.old_data import OldData, old_since
from orbit_domain.steps.asked_work import next_moment, running_work
from orbit_domain.steps.require_permission import StaffMember, permitted_actor, require_permission
from orbit_domain.storage import AdminAction, Storage, Transaction, transact
from orbit_domain.use_cases.clean_old_data import CleanOldData, Told, tell_nobody
from orbit_domain.user.permission import Permission
from orbit_domain.user.user import User

MOST_COUNTED = 100_000
"""More rows of a kind than these aren't counted: nobody decides otherwise because of them."""

_WORKER = "worker"


@dataclass(frozen=True, slots=True)
class CountOldData:
    """What a clean-up would forget, and how much: of each kind MOST_COUNTED rows at most. It changes nothing."""

    storage: Storage
    clock: Clock

    async def __call__(self) -> Mapping[OldData, int]:
        now = self.clock.now()
        return {kind: await self._count(kind, old_since(kind, now)) for kind in OldData}

    async def _count(self, kind: OldData, before: datetime) -> int:
        async with self.storage.snapshot() as tx:
            return await tx.old_data.count(kind, before, MOST_COUNTED)


@dataclass(frozen=True, slots=True)
class CleanUpPage:
    """What would go now. `runs`: the action that asked for the one that runs; `last` and `cleaned`: the one before."""

    user: User
    old: Mapping[OldData, int]
    runs: AdminAction | None
    last: AdminAction | None
    cleaned: Mapping[OldData, int]


@dataclass(frozen=True, slots=True)
class ShowCleanUp:
    """How it stands. Raises NotPermitted."""

    storage: Storage
    owner: TelegramId | None
    count_old_data: CountOldData

    async def __call__(self, staff_id: TelegramId) -> CleanUpPage:
        async with self.storage.transaction() as tx:
            user = await require_permission(tx, StaffMember(staff_id, self.owner), Permission.CHANGE_SETTINGS)
            newest = await tx.admin_log.of_subject(CLEAN_UP, 2)
        last = next((action for action in newest if action.action == ENDED), None)
        runs = newest[0] if newest and newest[0].action != ENDED else None
        old = await self.count_old_data()
        return CleanUpPage(user, old, runs, last, figures_from(last.reason) if last is not None else {})


@dataclass(frozen=True, slots=True)
class StartCleanUp:
    """Ask for one, in Telegram or by the name of whoever works on the server."""

    storage: Storage
    clock: Clock
    ids: Ids
    owner: TelegramId | None

    async def __call__(self, by: TelegramId | str) -> bool:
        """Whether it begins now; one that runs goes on as it is. Raises NotPermitted."""
        actor = by if isinstance(by, str) else StaffMember(by, self.owner)
        async with self.storage.transaction() as tx:
            name = await permitted_actor(tx, actor, Permission.CHANGE_SETTINGS)
            if await running_work(tx, CLEAN_UP, ENDED) is not None:
                return False
            at = await next_moment(tx, CLEAN_UP, self.clock.now())
            await tx.admin_log.add(AdminAction(self.ids.uuid(), name, ASKED, CLEAN_UP, "", at))
        return True


@dataclass(frozen=True, slots=True)
class CarryOutCleanUp:
    """Clean all when somebody has asked. One that was killed goes on: what is forgotten isn't found again."""

    storage: Storage
    clock: Clock
    ids: Ids
    clean_old_data: CleanOldData

    async def __call__(self, actor: str = _WORKER, told: Told = tell_nobody) -> Mapping[OldData, int] | None:
        """How much was cleaned; None when nobody has asked."""
        asked = await transact(self.storage, partial(running_work, subject=CLEAN_UP, ended=ENDED))
        if asked is None:
            return None
        cleaned = await self.clean_old_data(whole=True, told=told)
        await transact(self.storage, partial(self._end, asked, actor, cleaned))
        return cleaned

    async def _end(self, asked: AdminAction, actor: str, cleaned: Mapping[OldData, int], tx: Transaction) -> None:
        running = await running_work(tx, CLEAN_UP, ENDED)
        if running is not None and running.id == asked.id:  # Another process may have shared the work, and ended it.
            at = await next_moment(tx, CLEAN_UP, self.clock.now())
            await tx.admin_log.add(AdminAction(self.ids.uuid(), actor, ENDED, CLEAN_UP, figures_text(cleaned), at))
