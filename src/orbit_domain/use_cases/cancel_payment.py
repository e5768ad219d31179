"""A customer cancels a payment."""

from contextlib import suppress
from dataclasses import dataclass

from orbit_domain.clock import Clock
from orbit_domain.ids import Ids, PaymentId, TelegramId
from orbit_domain.payment.payment import NoSuchPayment, Payment
from orbit_domain.payment.ports import Gateways, GatewayUnavailable, MethodUnavailable
from orbit_domain.payment.source import ReceiptSources
from orbit_domain.steps.settle_payment import SettlementContext, settle_locked_payment
from orbit_domain.storage import Storage


@dataclass(frozen=True, slots=True)
class CancelPayment:
    """Cancel it. What arrived for it goes to the balance and stays there; what arrives later is the customer's too.

    Raises NoSuchUser, NoSuchPayment.
    """

    storage: Storage
    clock: Clock
    ids: Ids
    gateways: Gateways
    sources: ReceiptSources

    async def __call__(self, tg_id: TelegramId, payment_id: PaymentId) -> Payment:
        async with self.storage.transaction() as tx:
            await tx.users.lock(tg_id)
            payment = await tx.payments.lock(payment_id)
            if payment.tg_id != tg_id:
                raise NoSuchPayment(payment_id)
            now = self.clock.now()
            cancelled = payment.cancel(now)
            if cancelled is payment:
                return payment
            await tx.payments.save(cancelled)
            context = SettlementContext.unasked(now, self.ids, self.sources)
            await settle_locked_payment(tx, cancelled, context)
        # The provider may go on asking; what is paid there is credited all the same.
        with suppress(GatewayUnavailable, MethodUnavailable):
            await self.gateways.get(payment.method).cancel(cancelled)
        return cancelled
