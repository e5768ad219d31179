"""Expire payments once it is certain that no money came for them in time."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from orbit_domain.clock import Clock
from orbit_domain.order.order import Order
from orbit_domain.storage import Storage


@dataclass(frozen=True, slots=True)
class ExpirePayments:
    """A payment is settled a last time when its source was read past its deadline: it expires, and parts are credited.

    Orders that were opened `order_open` ago and never paid are cancelled; money that arrives for them is still
    credited.
    """

    storage: Storage
    clock: Clock
    order_open: timedelta = timedelta(hours=72)
    batch: int = 100

    async def __call__(self) -> int:
        """How many payments are due to be settled because their time is up."""
        async with self.storage.transaction() as tx:
            cursors = await tx.cursors.all()
        overdue = sum([await self._request_settlement(cursor.source) for cursor in cursors])
        await self._cancel_forgotten_orders()
        return overdue

    async def _request_settlement(self, source: str) -> int:
        """Add to the queue, which isolates a payment that can't be settled from all others."""
        async with self.storage.transaction() as tx:
            now = self.clock.now()
            cursor = await tx.cursors.get(source)
            if cursor is None or cursor.watermark is None:
                return 0
            overdue = await tx.payments.overdue(source, cursor.watermark, self.batch)
            await tx.payments_due.add_all(sorted(overdue), now)
        return len(overdue)

    async def _cancel_forgotten_orders(self) -> None:
        before = self.clock.now() - self.order_open
        last: Order | None = None
        while True:
            async with self.storage.transaction() as tx:
                forgotten = await tx.orders.open_since(before, last, self.batch)
            for order in forgotten:
                await self._cancel(order, before)
            if len(forgotten) < self.batch:
                return
            last = forgotten[-1]

    async def _cancel(self, listed: Order, before: datetime) -> None:
        async with self.storage.transaction() as tx:
            await tx.users.lock(listed.tg_id)
            order = await tx.orders.lock(listed.id)
            payments = await tx.payments.of_order(listed.id)
            if not any(payment.is_open or payment.created_at > before for payment in payments):
                await tx.orders.save(order.cancel())
