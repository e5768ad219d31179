"""Expire payments once it is certain that no money came for them in time."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from orbit_domain.clock import Clock
from orbit_domain.order.order import Order
from orbit_domain.payment.payment import Method
from orbit_domain.storage import Storage


@dataclass(frozen=True, slots=True)
class ExpirePayments:
    """A payment is settled a last time when its source was read past its deadline: it expires, and parts are credited.

    `sources` names the source whose watermark decides, for each method that has one. Orders that were opened
    `order_open` ago and never paid are cancelled; money that arrives for them is still credited.
    """

    storage: Storage
    clock: Clock
    sources: Mapping[Method, str]
    order_open: timedelta = timedelta(hours=72)
    batch: int = 100

    async def __call__(self) -> int:
        """How many payments are due to be settled because their time is up."""
        overdue = 0
        for method, source in self.sources.items():
            overdue += await self._request_settlement(method, source)
        await self._cancel_forgotten_orders()
        return overdue

    async def _request_settlement(self, method: Method, source: str) -> int:
        """Add to the queue, which isolates a payment that can't be settled from all others."""
        async with self.storage.transaction() as tx:
            now = self.clock.now()
            cursor = await tx.cursors.get(source)
            if cursor is None or cursor.watermark is None:
                return 0
            overdue = await tx.payments.overdue(method, cursor.watermark, self.batch)
            for payment_id in sorted(overdue):
                await tx.payments_due.add(payment_id, now)
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
