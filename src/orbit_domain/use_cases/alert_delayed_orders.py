"""Alert the owner when a customer has paid and still has no key."""

from dataclasses import dataclass
from datetime import timedelta

from orbit_domain.clock import Clock
from orbit_domain.ids import Ids, TelegramId
from orbit_domain.notice.notice import DeliveryDelayed
from orbit_domain.order.order import Order
from orbit_domain.steps.notify import notify
from orbit_domain.storage import Storage, Transaction


@dataclass(frozen=True, slots=True)
class AlertDelayedOrders:
    """Each order that waits longer than `patience` is reported once, with what the panel last said."""

    storage: Storage
    clock: Clock
    ids: Ids
    owner: TelegramId | None
    patience: timedelta = timedelta(minutes=10)
    batch: int = 1_000

    async def __call__(self) -> int:
        """How many orders are late now."""
        now = self.clock.now()
        async with self.storage.transaction() as tx:
            late = await tx.orders.waiting_since(now - self.patience, self.batch)
            for order in late:
                await self._report(tx, order)
        return len(late)

    async def _report(self, tx: Transaction, order: Order) -> None:
        if self.owner is None or order.paid_at is None:
            return
        keys = await tx.keys.of_user(order.tg_id)
        reason = next((key.last_error for key in keys if key.last_error), "") or ""
        notice = DeliveryDelayed(order.id, order.tg_id, order.paid_at, reason)
        await notify(tx, self.ids, self.owner, notice, self.clock.now())
