"""Alert the owner when a customer has paid and still has no key."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from orbit_domain.clock import Clock
from orbit_domain.ids import Ids, TelegramId
from orbit_domain.notice.notice import DeliveryDelayed
from orbit_domain.order.order import Order
from orbit_domain.steps.notify import notify
from orbit_domain.storage import Storage, Transaction


@dataclass(frozen=True, slots=True)
class AlertDelayedOrders:
    """Each order that waits longer than `patience` is reported once, with what the panel last said.

    Two statements read a page of delayed orders, and those that were reported before cost no more.
    """

    storage: Storage
    clock: Clock
    ids: Ids
    owner: TelegramId | None
    patience: timedelta = timedelta(minutes=10)
    batch: int = 500

    async def __call__(self) -> int:
        """How many orders are late now; not counted when there is no owner to be told."""
        if self.owner is None:
            return 0
        paid_before = self.clock.now() - self.patience
        late = 0
        last: Order | None = None
        while True:
            async with self.storage.transaction() as tx:
                page = await tx.orders.waiting_since(paid_before, last, self.batch)
                await self._report(tx, self.owner, page)
            late += len(page)
            if len(page) < self.batch:
                return late
            last = page[-1]

    async def _report(self, tx: Transaction, owner: TelegramId, page: Sequence[Order]) -> None:
        alerts = {
            alert.dedupe_key(owner): alert
            for order in page
            if order.paid_at is not None
            for alert in [DeliveryDelayed(order.id, order.tg_id, order.paid_at, reason="")]
        }
        reported = await tx.outbox.known(alerts.keys())
        for dedupe_key, alert in alerts.items():
            if dedupe_key not in reported:
                reason = await self._reason(tx, TelegramId(alert.tg_id))
                await notify(tx, self.ids, owner, replace(alert, reason=reason), self.clock.now())

    async def _reason(self, tx: Transaction, tg_id: TelegramId) -> str:
        keys = await tx.keys.of_user(tg_id)
        return next((key.last_error for key in keys if key.last_error), "") or ""
