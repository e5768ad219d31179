"""Tell the customer and the owner when an order is paid and still has no key."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from orbit_domain.clock import Clock
from orbit_domain.ids import Ids, TelegramId
from orbit_domain.notice.notice import DeliveryDelayed, KeyDelayed
from orbit_domain.order.order import Order
from orbit_domain.steps.notify import notify
from orbit_domain.storage import Storage, Transaction


@dataclass(frozen=True, slots=True)
class AlertDelayedOrders:
    """Each order that waits longer than `patience` is told once: to its customer, and to the owner if there is one.

    Two statements read a page of delayed orders, and those that were told before cost no more.
    """

    storage: Storage
    clock: Clock
    ids: Ids
    owner: TelegramId | None
    patience: timedelta = timedelta(minutes=10)
    batch: int = 500

    async def __call__(self) -> int:
        """How many orders are late now."""
        now = self.clock.now()
        late = 0
        last: Order | None = None
        while True:
            async with self.storage.transaction() as tx:
                page = await tx.orders.waiting_since(now - self.patience, last, self.batch)
                await self._tell(tx, page, now)
            late += len(page)
            if len(page) < self.batch:
                return late
            last = page[-1]

    async def _tell(self, tx: Transaction, page: Sequence[Order], now: datetime) -> None:
        unready = {_unready(order).dedupe_key(order.holder): order for order in page}
        alerts = {_alert(order).dedupe_key(self.owner): order for order in page} if self.owner else {}
        told = await tx.outbox.known([*unready, *alerts])
        for dedupe_key, order in unready.items():
            if dedupe_key not in told:
                keys = await tx.keys.of_user(order.holder)
                is_renewal = any(key.subscription_url for key in keys)
                await notify(tx, self.ids, order.holder, replace(_unready(order), is_renewal=is_renewal), now)
        for dedupe_key, order in alerts.items():
            if self.owner is not None and dedupe_key not in told:
                await notify(tx, self.ids, self.owner, await self._described(tx, order), now)

    async def _described(self, tx: Transaction, order: Order) -> DeliveryDelayed:
        user = await tx.users.get(order.holder)
        keys = await tx.keys.of_user(order.holder)
        reason = next((key.home.last_error for key in keys if key.home.last_error), "") or ""
        return replace(_alert(order), reason=reason, username=user.username if user else None)


def _unready(order: Order) -> KeyDelayed:
    return KeyDelayed(order.id, order.terms.code, dict(order.terms.titles), is_renewal=False)


def _alert(order: Order) -> DeliveryDelayed:
    paid_at = order.due_since or order.created_at
    return DeliveryDelayed(order.id, order.holder, paid_at, "", order.terms.code, dict(order.terms.titles))
