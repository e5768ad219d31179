"""A customer doesn't want to pay this way after all."""

from dataclasses import dataclass

from orbit_domain.ids import PaymentId, TelegramId
from orbit_domain.payment.payment import NoSuchPayment, Payment
from orbit_domain.storage import Storage


@dataclass(frozen=True, slots=True)
class CancelPayment:
    """Stop asking for it. Its comment stays watched, and money sent to it is still the customer's.

    Raises NoSuchUser, NoSuchPayment.
    """

    storage: Storage

    async def __call__(self, tg_id: TelegramId, payment_id: PaymentId) -> Payment:
        async with self.storage.transaction() as tx:
            await tx.users.lock(tg_id)
            payment = await tx.payments.lock(payment_id)
            if payment.tg_id != tg_id:
                raise NoSuchPayment(payment_id)
            cancelled = payment.cancel()
            if cancelled is not payment:
                await tx.payments.save(cancelled)
        return cancelled
