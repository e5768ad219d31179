"""One payment: what to send, what arrived, what is missing."""

from dataclasses import dataclass
from datetime import datetime

from orbit_domain.clock import Clock
from orbit_domain.ids import PaymentId, TelegramId
from orbit_domain.money import Money
from orbit_domain.order.order import Order
from orbit_domain.payment.payment import NoSuchPayment, Payment, PaymentPolicy
from orbit_domain.payment.ports import Gateways, Invoice
from orbit_domain.payment.settlement import settle
from orbit_domain.storage import Storage
from orbit_domain.user.user import User


@dataclass(frozen=True, slots=True)
class PaymentView:
    """A payment as its owner sees it. `received` and `missing` are in the asset; `order` is what it is for."""

    user: User
    payment: Payment
    invoice: Invoice
    received: Money
    missing: Money
    order: Order | None
    now: datetime


@dataclass(frozen=True, slots=True)
class ShowPayment:
    """Show a payment of this user. Raises NoSuchPayment, MethodUnavailable."""

    storage: Storage
    clock: Clock
    gateways: Gateways
    policy: PaymentPolicy

    async def __call__(self, tg_id: TelegramId, payment_id: PaymentId) -> PaymentView:
        async with self.storage.transaction() as tx:
            user = await tx.users.get(tg_id)
            payment = await tx.payments.get(payment_id)
            if user is None or payment is None or payment.tg_id != tg_id:
                raise NoSuchPayment(payment_id)
            receipts = await tx.receipts.of_payment(payment_id)
            order = await tx.orders.get(payment.order_id) if payment.order_id else None
        invoice = await self.gateways.get(payment.method).invoice(payment)
        settled = settle(payment, receipts, self.policy)
        return PaymentView(user, payment, invoice, settled.received, settled.missing, order, self.clock.now())
