"""A customer cancels a payment."""

from dataclasses import dataclass

from orbit_domain.clock import Clock
from orbit_domain.ids import Ids, PaymentId, TelegramId
from orbit_domain.payment.payment import NoSuchPayment, Payment, PaymentPolicy
from orbit_domain.steps.settle_payment import SettlementContext, settle_locked_payment
from orbit_domain.storage import Storage


@dataclass(frozen=True, slots=True)
class CancelPayment:
    """Cancel it. What arrived for it is credited now; what arrives later is still the customer's.

    Raises NoSuchUser, NoSuchPayment.
    """

    storage: Storage
    clock: Clock
    ids: Ids
    policy: PaymentPolicy

    async def __call__(self, tg_id: TelegramId, payment_id: PaymentId) -> Payment:
        async with self.storage.transaction() as tx:
            await tx.users.lock(tg_id)
            payment = await tx.payments.lock(payment_id)
            if payment.tg_id != tg_id:
                raise NoSuchPayment(payment_id)
            cancelled = payment.cancel()
            if cancelled is not payment:
                await tx.payments.save(cancelled)
                await settle_locked_payment(tx, cancelled, SettlementContext(self.clock.now(), self.policy, self.ids))
        return cancelled
