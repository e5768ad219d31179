"""A customer wants the messenger to charge no more, or to be allowed to switch that on again."""

from dataclasses import dataclass

from orbit_domain.clock import Clock
from orbit_domain.ids import PaymentId, TelegramId
from orbit_domain.payment.payment import NoSuchPayment
from orbit_domain.payment.recurrence import RenewalWish
from orbit_domain.steps.recurring_payment import wish_for
from orbit_domain.storage import Storage
from orbit_domain.use_cases.carry_out_renewal_wishes import CarryOutRenewalWishes, RenewalOutcome


@dataclass(frozen=True, slots=True)
class EditRenewal:
    """The wish is recorded first and then carried out; without an answer it is repeated until there is one.

    The same wish again asks again. Raises NoSuchUser, and NoSuchPayment for one that isn't this customer's.
    """

    storage: Storage
    clock: Clock
    carry_out: CarryOutRenewalWishes

    async def __call__(self, tg_id: TelegramId, payment_id: PaymentId, wish: RenewalWish) -> RenewalOutcome:
        async with self.storage.transaction() as tx:
            await tx.users.lock(tg_id)
            payment = await tx.payments.lock(payment_id)
            if payment.tg_id != tg_id:
                raise NoSuchPayment(payment_id)
            if not await wish_for(tx, payment, wish, self.clock.now()):
                return RenewalOutcome.OUTDATED
        return await self.carry_out.of_payment(payment_id)
