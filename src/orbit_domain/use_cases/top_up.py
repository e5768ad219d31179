"""A customer puts money on the balance."""

from dataclasses import dataclass

from orbit_domain.ids import TelegramId
from orbit_domain.money import Money
from orbit_domain.payment.payment import Method, PaymentPolicy
from orbit_domain.steps.open_payment import Opening
from orbit_domain.use_cases.show_payment import PaymentView, ShowPayment


@dataclass(frozen=True, slots=True)
class TopUp:
    """Ask for *amount* by *method*. Raises AmountOutOfRange, MethodUnavailable, NoSuchUser."""

    opening: Opening
    show_payment: ShowPayment
    policy: PaymentPolicy

    async def __call__(self, tg_id: TelegramId, amount: Money, method: Method) -> PaymentView:
        self.policy.check_topup(amount)
        payment = await self.opening.payment(tg_id, method, amount, None)
        return await self.show_payment(tg_id, payment.id)
