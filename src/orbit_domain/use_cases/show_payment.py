"""One payment: how to pay it, what arrived, what is missing."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from orbit_domain.clock import Clock
from orbit_domain.ids import PaymentId, TelegramId
from orbit_domain.money import Money
from orbit_domain.notice.invoice_message import InvoiceMessage
from orbit_domain.order.order import Order, OrderState
from orbit_domain.payment.payment import NoSuchPayment, Payment, PaymentStatus
from orbit_domain.payment.ports import Gateways, GatewayUnavailable, Instructions, MethodUnavailable
from orbit_domain.payment.settlement import settle
from orbit_domain.storage import Storage, Transaction
from orbit_domain.user.user import User


class InvoiceState(StrEnum):
    """What an invoice says. Only OPEN and PART ask for money. ARRIVED: all of it is there and isn't credited yet."""

    OPEN = "open"
    PART = "part"
    ARRIVED = "arrived"
    PAID = "paid"
    NOT_NEEDED = "not_needed"
    EXPIRED = "expired"
    CANCELLED = "cancelled"
    REPLACED = "replaced"


@dataclass(frozen=True, slots=True)
class PaymentView:
    """A payment as its owner sees it. `received` and `missing` are in the asset; `order` is what it is for.

    `instructions` are there while the payment is open. `message` is where its invoice is shown; `is_replaced` says
    that the invoice of another payment for the same order was shown after it.
    """

    user: User
    payment: Payment
    instructions: Instructions | None
    received: Money
    missing: Money
    order: Order | None
    now: datetime
    message: InvoiceMessage | None = None
    is_replaced: bool = False

    @property
    def state(self) -> InvoiceState:
        """What the invoice has to say, from what is recorded alone."""
        payment = self.payment
        if payment.status is PaymentStatus.CONFIRMED:
            return InvoiceState.PAID
        if self.order is not None and self.order.state in (OrderState.PAID, OrderState.DELIVERED):
            return InvoiceState.NOT_NEEDED
        if payment.cancelled_at is not None:
            return InvoiceState.CANCELLED
        if self.is_replaced or payment.status is PaymentStatus.CANCELLED:
            return InvoiceState.REPLACED
        if payment.is_open and self.received.units and self.missing.is_zero:
            return InvoiceState.ARRIVED
        if not payment.is_open or self.now >= payment.expires_at:
            return InvoiceState.EXPIRED
        return InvoiceState.PART if self.received.units else InvoiceState.OPEN


@dataclass(frozen=True, slots=True)
class ShowPayment:
    """Show a payment of this user. Where it is paid is recorded first. Raises NoSuchPayment, MethodUnavailable."""

    storage: Storage
    clock: Clock
    gateways: Gateways

    async def __call__(self, tg_id: TelegramId, payment_id: PaymentId) -> PaymentView:
        async with self.storage.transaction() as tx:
            user = await tx.users.get(tg_id)
            payment = await tx.payments.get(payment_id)
            if user is None or payment is None or payment.tg_id != tg_id:
                raise NoSuchPayment(payment_id)
            receipts = await tx.receipts.of_payment(payment_id)
            order = await tx.orders.get(payment.order_id) if payment.order_id else None
            messages = await _messages(tx, payment)
        instructions = await self._open(payment) if payment.is_open else None
        settled, message = settle(payment, receipts), _own(messages, payment_id)
        return PaymentView(
            user, payment, instructions, settled.received, settled.missing, order, self.clock.now(),
            message, is_replaced=message is not None and message != messages[0],
        )  # fmt: skip

    async def _open(self, payment: Payment) -> Instructions:
        """How to pay, after the provider knows of the payment and we have recorded where it is paid."""
        try:
            opened = await self.gateways.get(payment.method).open(payment)
        except GatewayUnavailable as error:
            raise MethodUnavailable(payment.method, str(error)) from error
        if not payment.address:
            async with self.storage.transaction() as tx:
                await tx.payments.open(payment.id, opened.address, opened.external_id)
        return opened.instructions


async def _messages(tx: Transaction, payment: Payment) -> tuple[InvoiceMessage, ...]:
    """Where the invoices of its order are shown, newest first; of a top-up only its own."""
    if payment.order_id is not None:
        return await tx.invoice_messages.of_order(payment.order_id)
    message = await tx.invoice_messages.get(payment.id)
    return (message,) if message is not None else ()


def _own(messages: Sequence[InvoiceMessage], payment_id: PaymentId) -> InvoiceMessage | None:
    return next((message for message in messages if message.payment_id == payment_id), None)
