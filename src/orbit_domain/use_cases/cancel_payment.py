"""A customer doesn't want to pay this way after all."""

from dataclasses import dataclass

from orbit_domain.clock import Clock
from orbit_domain.ids import PaymentId, TelegramId
from orbit_domain.payment.payment import NoSuchPayment, Payment
from orbit_domain.steps.settle_payment import Settling
from orbit_domain.storage import Storage


@dataclass(frozen=True, slots=True)
class CancelPayment:
    """Stop asking for it. Part of it that came is credited now; what comes later is still the customer's.

    Raises NoSuchUser, NoSuchPayment.
    """

    storage: Storage
    clock: Clock
    settling: Settling

    async def __call__(self, tg_id: TelegramId, payment_id: PaymentId) -> Payment:
        async with self.storage.transaction() as tx:
            await tx.users.lock(tg_id)
            payment = await tx.payments.lock(payment_id)
            if payment.tg_id != tg_id:
                raise NoSuchPayment(payment_id)
            cancelled = payment.cancel()
            if cancelled is not payment:
                await tx.payments.save(cancelled)
                await self.settling.settle_locked(tx, cancelled, self.clock.now(), None, {})
        return cancelled
