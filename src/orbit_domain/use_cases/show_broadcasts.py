"""How the shop's broadcasts stand."""

from collections.abc import Mapping
from dataclasses import dataclass

from orbit_domain.broadcast.audience import Audience, Segment
from orbit_domain.broadcast.broadcast import Broadcast, BroadcastProgress, NoSuchBroadcast
from orbit_domain.clock import Clock
from orbit_domain.ids import BroadcastId, TelegramId
from orbit_domain.plan.plan import Plan
from orbit_domain.steps.require_permission import StaffMember, require_permission
from orbit_domain.storage import Storage
from orbit_domain.user.permission import Permission
from orbit_domain.user.user import User

_SHOWN = 5


@dataclass(frozen=True, slots=True)
class BroadcastView:
    """One broadcast, what became of its messages, and who looks at it. *plan* is the one its audience last bought."""

    admin: User
    broadcast: Broadcast
    progress: BroadcastProgress
    plan: Plan | None = None


@dataclass(frozen=True, slots=True)
class BroadcastList:
    """The newest ones, the size of each segment now, and who looks at them."""

    admin: User
    newest: tuple[Broadcast, ...]
    sizes: Mapping[Segment, int]


@dataclass(frozen=True, slots=True)
class AudienceView:
    """How many are in one audience now, the plans that may narrow it, and who looks at it."""

    admin: User
    audience: Audience
    count: int
    plans: tuple[Plan, ...]


@dataclass(frozen=True, slots=True)
class ShowBroadcast:
    """Read one. Raises NotPermitted, NoSuchBroadcast."""

    storage: Storage
    owner: TelegramId | None

    async def __call__(self, admin_id: TelegramId, broadcast_id: BroadcastId) -> BroadcastView:
        async with self.storage.transaction() as tx:
            admin = await require_permission(tx, StaffMember(admin_id, self.owner), Permission.SEND_BROADCASTS)
            broadcast = await tx.broadcasts.get(broadcast_id)
            if broadcast is None:
                raise NoSuchBroadcast(broadcast_id)
            plan_code = broadcast.audience.plan_code
            plan = await tx.plans.get(plan_code) if plan_code is not None else None
            return BroadcastView(admin, broadcast, await tx.broadcasts.progress(broadcast_id), plan)


@dataclass(frozen=True, slots=True)
class ListBroadcasts:
    """Read the newest ones. Raises NotPermitted."""

    storage: Storage
    clock: Clock
    owner: TelegramId | None

    async def __call__(self, admin_id: TelegramId) -> BroadcastList:
        now = self.clock.now()
        async with self.storage.transaction() as tx:
            admin = await require_permission(tx, StaffMember(admin_id, self.owner), Permission.SEND_BROADCASTS)
            sizes = {segment: await tx.broadcasts.count(Audience(segment), now) for segment in Segment}
            return BroadcastList(admin, await tx.broadcasts.newest(_SHOWN), sizes)


@dataclass(frozen=True, slots=True)
class ShowAudience:
    """Count one. Raises NotPermitted."""

    storage: Storage
    clock: Clock
    owner: TelegramId | None

    async def __call__(self, admin_id: TelegramId, audience: Audience) -> AudienceView:
        now = self.clock.now()
        async with self.storage.transaction() as tx:
            admin = await require_permission(tx, StaffMember(admin_id, self.owner), Permission.SEND_BROADCASTS)
            plans = tuple(one for one in await tx.plans.active() if not one.terms.is_trial)
            count = await tx.broadcasts.count(audience, now)
            return AudienceView(admin, audience, count, plans if audience.segment.has_plans else ())
