"""The owner lets a customer's keys follow the time that the customer was given."""

from dataclasses import dataclass, replace
from datetime import datetime

from orbit_domain.clock import Clock
from orbit_domain.ids import Ids, TelegramId
from orbit_domain.order.order import Order, OrderState
from orbit_domain.plan.plan import Plan, PlanTerms
from orbit_domain.steps.pay_order import request_keys
from orbit_domain.storage import AdminAction, Storage, Transaction, subject_of
from orbit_domain.subscription.subscription import GRACE, Subscription, fold

_ORDERS = 50


@dataclass(frozen=True, slots=True)
class MendKeys:
    """The subscription ends when the grants say so; keys follow it: made, moved, or working no more.

    A second time changes nothing but what is asked of the panel again. Raises NoSuchUser.
    """

    storage: Storage
    clock: Clock
    ids: Ids

    async def __call__(self, tg_id: TelegramId, actor: str, reason: str) -> Subscription:
        """The subscription as it is now."""
        async with self.storage.transaction() as tx:
            await tx.users.lock(tg_id)
            now = self.clock.now()
            ends_at = fold(tg_id, await tx.grants.of_user(tg_id))
            subscription = replace(await tx.subscriptions.get(tg_id), ends_at=ends_at)
            await tx.subscriptions.save(subscription)
            terms = await _terms(tx, subscription)
            if ends_at is not None and ends_at > now and terms is not None:
                await request_keys(tx, subscription, terms, now, self.ids)
            else:
                await self._end_keys(tx, tg_id, ends_at, now)
            action = AdminAction(self.ids.uuid(), actor, "mend_keys", subject_of(tg_id), reason, now)
            await tx.admin_log.add(action)
            return subscription

    async def _end_keys(self, tx: Transaction, tg_id: TelegramId, ends_at: datetime | None, now: datetime) -> None:
        """Keys end with the time that is over, after its grace; where there never was any, they work no more."""
        for listed in await tx.keys.of_user(tg_id):
            key = await tx.keys.lock(listed.id)
            if key is not None:
                expires_at = (ends_at or now) + GRACE
                is_kept = key.enabled and ends_at is not None
                changed = key.request_change(expires_at, key.traffic_bytes, now) if is_kept else None
                await tx.keys.save(changed or key.revoke(expires_at, now))


async def _terms(tx: Transaction, subscription: Subscription) -> PlanTerms | None:
    """What the customer has bought last; without an order, what his plan says now, or any."""
    orders: tuple[Order, ...] = await tx.orders.newest(subscription.tg_id, _ORDERS)
    bought = [order for order in orders if order.state in (OrderState.PAID, OrderState.DELIVERED)]
    if bought:
        return max(bought, key=lambda order: order.paid_at or order.created_at).terms
    plan: Plan | None = await tx.plans.get(subscription.plan_code) if subscription.plan_code else None
    return plan.terms if plan else next((one.terms for one in await tx.plans.active()), None)
