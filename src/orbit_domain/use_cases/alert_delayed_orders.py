"""Tell the customer and the owner when an order is paid and still has no key."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial

from orbit_domain.clock import Clock
from orbit_domain.ids import Ids, TelegramId
from orbit_domain.notice.notice import DeliveryDelayed, KeyDelayed, Notice
from orbit_domain.order.order import Order
from orbit_domain.steps.notify import notify_all
from orbit_domain.storage import Storage, Transaction, transact


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
    told_at_once: int = 10

    async def __call__(self) -> int:
        """How many orders are late now."""
        now = self.clock.now()
        late = 0
        last: Order | None = None
        while True:
            async with self.storage.transaction() as tx:
                page = await tx.orders.waiting_since(now - self.patience, last, self.batch)
                told = await tx.outbox.known([key for order in page for key in self._keys(order)])
            untold = [order for order in page if not told.issuperset(self._keys(order))]
            # A few at a time: nobody waits for the news of a panel's long outage.
            for begin in range(0, len(untold), self.told_at_once):
                await transact(self.storage, partial(self._tell, untold[begin : begin + self.told_at_once], now))
            late += len(page)
            if len(page) < self.batch:
                return late
            last = page[-1]

    def _keys(self, order: Order) -> tuple[str, ...]:
        unready = _unready(order).dedupe_key(order.holder)
        return (unready, _alert(order).dedupe_key(self.owner)) if self.owner else (unready,)

    async def _tell(self, orders: Sequence[Order], now: datetime, tx: Transaction) -> None:
        notices: list[tuple[TelegramId, Notice]] = []
        for order in orders:
            keys = await tx.keys.of_user(order.holder)
            is_renewal = any(key.subscription_url for key in keys)
            notices.append((order.holder, replace(_unready(order), is_renewal=is_renewal)))
            if self.owner:
                user = await tx.users.get(order.holder)
                reason = next((key.home.last_error for key in keys if key.home.last_error), "") or ""
                alert = replace(_alert(order), reason=reason, username=user.username if user else None)
                notices.append((self.owner, alert))
        await notify_all(tx, self.ids, notices, now)


def _unready(order: Order) -> KeyDelayed:
    return KeyDelayed(order.id, order.terms.code, dict(order.terms.titles), is_renewal=False)


def _alert(order: Order) -> DeliveryDelayed:
    paid_at = order.due_since or order.created_at
    return DeliveryDelayed(order.id, order.holder, paid_at, "", order.terms.code, dict(order.terms.titles))
