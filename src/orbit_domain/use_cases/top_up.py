"""A customer puts money on the balance."""

from dataclasses import dataclass

from orbit_domain.ids import TelegramId
from orbit_domain.money import Money
from orbit_domain.payment.payment import Method, TopUpLimits
from orbit_domain.steps.open_payment import PaymentRequest
from orbit_domain.use_cases.request_payment import RequestPayment
from orbit_domain.use_cases.show_payment import PaymentView, ShowPayment


@dataclass(frozen=True, slots=True)
class TopUp:
    """Ask for *amount* by *method*. Raises AmountOutOfRange, MethodUnavailable, NoSuchUser."""

    request_payment: RequestPayment
    show_payment: ShowPayment
    limits: TopUpLimits

    async def __call__(self, tg_id: TelegramId, amount: Money, method: Method) -> PaymentView:
        self.limits.check(amount)
        payment = await self.request_payment.open(PaymentRequest(tg_id, method, amount))
        return await self.show_payment(tg_id, payment.id)
