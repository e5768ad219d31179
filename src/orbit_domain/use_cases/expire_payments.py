"""Expire payments once it is certain that no money came for them in time."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from orbit_domain.clock import Clock
from orbit_domain.ids import Ids, OrderId
from orbit_domain.payment.payment import Method, PaymentPolicy
from orbit_domain.steps.settle_payment import SettlementContext, settle_payment
from orbit_domain.storage import Storage


@dataclass(frozen=True, slots=True)
class ExpirePayments:
    """A payment expires only when its source was read past its deadline; part payments go to the balance then.

    `sources` names, for each method that is watched, whose watermark decides. Orders that were
    opened `order_open` ago and never paid are cancelled; money that comes for them is still credited.
    """

    storage: Storage
    clock: Clock
    ids: Ids
    policy: PaymentPolicy
    sources: Mapping[Method, str]
    order_open: timedelta = timedelta(hours=72)
    batch: int = 100

    async def __call__(self) -> int:
        """How many payments were closed."""
        closed = 0
        for method, source in self.sources.items():
            closed += await self._expire(method, source)
        await self._cancel_forgotten_orders()
        return closed

    async def _expire(self, method: Method, source: str) -> int:
        async with self.storage.transaction() as tx:
            cursor = await tx.cursors.get(source)
            if cursor is None or cursor.watermark is None:
                return 0
            watermark = cursor.watermark
            overdue = await tx.payments.overdue(method, watermark, self.batch)
        for payment_id in overdue:
            context = SettlementContext(self.clock.now(), self.policy, self.ids, watermark)
            async with self.storage.transaction() as tx:
                await settle_payment(tx, payment_id, context)
        return len(overdue)

    async def _cancel_forgotten_orders(self) -> None:
        before = self.clock.now() - self.order_open
        async with self.storage.transaction() as tx:
            forgotten = await tx.orders.open_since(before, self.batch)
        for order_id in forgotten:
            await self._cancel(order_id, before)

    async def _cancel(self, order_id: OrderId, before: datetime) -> None:
        async with self.storage.transaction() as tx:
            known = await tx.orders.get(order_id)
            if known is None:
                return
            await tx.users.lock(known.tg_id)
            order = await tx.orders.lock(order_id)
            payments = await tx.payments.of_order(order_id)
            if not any(payment.is_open or payment.created_at > before for payment in payments):
                await tx.orders.save(order.cancel())
