"""How a request for money is made, for an order or for the balance alone."""

from dataclasses import dataclass
from datetime import datetime

from orbit_domain.ids import Ids, OrderId, PaymentId, TelegramId
from orbit_domain.money import Money
from orbit_domain.order.order import Order
from orbit_domain.payment.memo import RANDOM_BITS, memo_from
from orbit_domain.payment.payment import CardUse, Method, Payment, PaymentStatus
from orbit_domain.payment.ports import MethodUnavailable, PaymentGateway
from orbit_domain.payment.quote import Quote
from orbit_domain.steps.method_availability import is_offered
from orbit_domain.steps.settle_payment import SettlementContext, settle_locked_payment
from orbit_domain.storage import Transaction


@dataclass(frozen=True, slots=True)
class PaymentRequest:
    """Who is to pay which *amount* (base currency) by which method; without an order it is a top-up.

    *card*: what the payment is to do with a card.
    """

    tg_id: TelegramId
    method: Method
    amount: Money
    order_id: OrderId | None = None
    card: CardUse | None = None

    def is_met_by(self, payment: Payment, now: datetime) -> bool:
        """Whether *payment* asks for the same and is still open at *now*."""
        wanted = (self.amount, self.order_id, self.card)
        return wanted == (payment.amount, payment.order_id, payment.card) and now < payment.expires_at


async def find_open_payment(
    tx: Transaction, request: PaymentRequest, gateway: PaymentGateway, now: datetime
) -> Payment | None:
    """The pending payment that asks for the same. Raises MethodUnavailable when a new one can't be opened now."""
    pending = await tx.payments.pending(request.tg_id, request.method)
    if pending is not None and request.is_met_by(pending, now):
        return pending
    if not await is_offered(tx, gateway, now):
        raise MethodUnavailable(request.method, "its source was not read lately")
    return None


async def open_payment(
    tx: Transaction, request: PaymentRequest, gateway: PaymentGateway, quote: Quote, context: SettlementContext
) -> Payment | Order:
    """The one pending payment of this user and method, made from *quote* and the gateway's terms unless it exists.

    Another pending one is superseded for display, and what came for it is credited. When that has just paid
    the order, nothing has to be requested, and the order is returned. Raises NoSuchUser, CustomerBanned.
    """
    (await tx.users.lock(request.tg_id)).require_welcome()
    pending = await tx.payments.pending(request.tg_id, request.method)
    if pending is not None:
        if request.is_met_by(pending, context.now):
            return pending
        superseded = pending.supersede()
        await tx.payments.save(superseded)
        await settle_locked_payment(tx, superseded, context)
        order = await tx.orders.get(request.order_id) if request.order_id else None
        if order is not None and not order.is_open:
            return order
    payment = _payment(request, gateway, quote, context)
    await tx.payments.add(payment)
    return payment


def _payment(request: PaymentRequest, gateway: PaymentGateway, quote: Quote, context: SettlementContext) -> Payment:
    return Payment(
        id=PaymentId(context.ids.uuid()),
        tg_id=request.tg_id,
        method=request.method,
        amount=quote.price,
        quote=quote,
        comment=new_memo(context.ids),
        order_id=request.order_id,
        status=PaymentStatus.PENDING,
        created_at=context.now,
        expires_at=context.now + gateway.terms.window,
        source=gateway.source,
        policy=gateway.terms.policy,
        card=request.card,
    )


def new_memo(ids: Ids) -> str:
    """A comment that no payment has had."""
    memo = None
    while memo is None:
        memo = memo_from(ids.bits(RANDOM_BITS))
    return memo
