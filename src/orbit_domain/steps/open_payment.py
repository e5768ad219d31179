"""How a request for money is made, for an order or for the balance alone."""

from dataclasses import dataclass
from datetime import datetime

from orbit_domain.clock import Clock
from orbit_domain.ids import Ids, OrderId, PaymentId, TelegramId
from orbit_domain.money import Money
from orbit_domain.payment.memo import RANDOM_BITS, memo_from
from orbit_domain.payment.payment import Method, Payment, PaymentPolicy, PaymentStatus
from orbit_domain.payment.ports import Gateways, MethodUnavailable
from orbit_domain.payment.quote import Quote
from orbit_domain.steps.method_availability import MethodAvailability
from orbit_domain.steps.settle_payment import Settling
from orbit_domain.storage import Storage, Transaction


@dataclass(frozen=True, slots=True)
class Opening:
    """Opens payments: the open one that asks for the same is found again, another one is cancelled for display."""

    storage: Storage
    clock: Clock
    ids: Ids
    gateways: Gateways
    policy: PaymentPolicy
    availability: MethodAvailability
    settling: Settling

    async def payment(self, tg_id: TelegramId, method: Method, amount: Money, order_id: OrderId | None) -> Payment:
        """The pending payment of *amount* by *method*. Raises MethodUnavailable, NoSuchUser."""
        gateway = self.gateways.get(method)
        now = self.clock.now()
        async with self.storage.transaction() as tx:
            pending = await tx.payments.pending(tg_id, method)
            keeps_up = await self.availability.keeps_up(tx, method, now)
        if pending is not None and _asks_the_same(pending, amount, order_id, now):
            return pending
        if not keeps_up:
            raise MethodUnavailable(method, "its scanner is behind")
        # Rates are asked of other machines, so nothing is locked meanwhile.
        quote = await gateway.quote(amount)
        async with self.storage.transaction() as tx:
            await tx.users.lock(tg_id)
            return await self._replace(tx, self._request(tg_id, method, quote, order_id, now))

    async def _replace(self, tx: Transaction, wanted: Payment) -> Payment:
        pending = await tx.payments.pending(wanted.tg_id, wanted.method)
        if pending is not None:
            if _asks_the_same(pending, wanted.amount, wanted.order_id, wanted.created_at):
                return pending
            cancelled = pending.cancel()
            await tx.payments.save(cancelled)
            # Part of it may have come already: the customer has it on the balance from now on.
            await self.settling.settle_locked(tx, cancelled, wanted.created_at, None, {})
        await tx.payments.add(wanted)
        return wanted

    def _request(
        self, tg_id: TelegramId, method: Method, quote: Quote, order_id: OrderId | None, now: datetime
    ) -> Payment:
        return Payment(
            id=PaymentId(self.ids.uuid()),
            tg_id=tg_id,
            method=method,
            amount=quote.price,
            quote=quote,
            comment=self._memo(),
            order_id=order_id,
            status=PaymentStatus.PENDING,
            created_at=now,
            expires_at=now + self.policy.window,
        )

    def _memo(self) -> str:
        memo = None
        while memo is None:
            memo = memo_from(self.ids.bits(RANDOM_BITS))
        return memo


def _asks_the_same(pending: Payment, amount: Money, order_id: OrderId | None, now: datetime) -> bool:
    return pending.amount == amount and pending.order_id == order_id and now < pending.expires_at
