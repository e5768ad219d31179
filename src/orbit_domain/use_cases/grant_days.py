"""An admin gives a customer days that nobody pays."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from orbit_domain.clock import Clock
from orbit_domain.ids import Ids, PlanCode, TelegramId
from orbit_domain.notice.days_granted import DaysGranted
from orbit_domain.plan.plan import NoSuchPlan
from orbit_domain.steps.current_terms import terms_for_keys
from orbit_domain.steps.notify import notify
from orbit_domain.steps.request_keys import request_keys
from orbit_domain.steps.require_permission import Actor, permitted_actor
from orbit_domain.storage import AdminAction, Storage, subject_of
from orbit_domain.subscription.subscription import Grant, Subscription, gift_cause
from orbit_domain.user.permission import Permission


@dataclass(frozen=True, slots=True)
class GrantDays:
    """The subscription ends so many days later, keys follow it, and the customer is told. Once for each *request_id*.

    Raises NotPermitted, NoSuchUser, CustomerBanned, and NoSuchPlan where the shop has no plan at all.
    """

    storage: Storage
    clock: Clock
    ids: Ids

    async def __call__(self, request_id: UUID, tg_id: TelegramId, days: int, actor: Actor, reason: str) -> Subscription:
        async with self.storage.transaction() as tx:
            user = await tx.users.lock(tg_id)
            name = await permitted_actor(tx, actor, Permission.GRANT_DAYS)
            user.require_welcome()
            before, now = await tx.subscriptions.get(tg_id), self.clock.now()
            terms = await terms_for_keys(tx, before)
            if terms is None:
                raise NoSuchPlan(before.plan_code or PlanCode(""))
            grant = Grant(gift_cause(request_id), tg_id, int(timedelta(days=days).total_seconds()), now)
            if not await tx.grants.add(grant):
                return before
            after = before.extend(grant, before.plan_code or terms.code)
            await tx.subscriptions.save(after)
            await request_keys(tx, after, terms, now, self.ids)
            why = f"{request_id}: {days:+d} d: {reason}"
            await tx.admin_log.add(AdminAction(self.ids.uuid(), name, "grant_days", subject_of(tg_id), why, now))
            await notify(tx, self.ids, tg_id, DaysGranted(request_id, days, after.ends_at or now, reason), now)
            return after
