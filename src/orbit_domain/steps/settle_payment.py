"""How what arrived for a payment becomes credit, a confirmed payment and a paid order: one transaction."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from fractions import Fraction

from orbit_domain.ids import Ids, PaymentId
from orbit_domain.ledger.entries import money_credited
from orbit_domain.notice.notice import MoneyCredited, PaymentShort
from orbit_domain.order.order import Order
from orbit_domain.payment.payment import NoSuchPayment, Payment, PaymentPolicy
from orbit_domain.payment.receipt import Receipt
from orbit_domain.payment.settlement import Credit, Settlement, settle
from orbit_domain.steps.notify import notify
from orbit_domain.steps.pay_order import pay_waiting_order
from orbit_domain.storage import Transaction


@dataclass(frozen=True, slots=True)
class SettlementContext:
    """What a settlement needs besides what is recorded.

    Nothing can be missing before `watermark`, in provider time. `rates` are base units per asset unit, by the
    `ref` of each receipt that the locked quote doesn't cover.
    """

    now: datetime
    policy: PaymentPolicy
    ids: Ids
    watermark: datetime | None = None
    rates: Mapping[str, Fraction] = field(default_factory=dict)


async def settle_payment(tx: Transaction, payment_id: PaymentId, context: SettlementContext) -> Settlement:
    """Bring ledger, payment and order to what the receipts say. A second call changes nothing.

    Raises NoSuchPayment.
    """
    known = await tx.payments.get(payment_id)
    if known is None:
        raise NoSuchPayment(payment_id)
    await tx.users.lock(known.tg_id)
    return await settle_locked_payment(tx, await tx.payments.lock(payment_id), context)


async def settle_locked_payment(tx: Transaction, payment: Payment, context: SettlementContext) -> Settlement:
    """The same for a *payment* whose user the caller has locked already."""
    receipts = await tx.receipts.of_payment(payment.id)
    credited = await tx.ledger.credited(payment.id, payment.tg_id)
    settlement = settle(
        payment, receipts, context.policy, watermark=context.watermark, credited=credited, rates=context.rates
    )
    if settlement.payment != payment:
        await tx.payments.save(settlement.payment)
    for credit in settlement.credits:
        receipt = credit.receipt
        await tx.ledger.post(money_credited(receipt.ref, payment.tg_id, receipt.amount, credit.value, context.now))
    if settlement.credits:
        await _spend(tx, settlement, context)
    elif settlement.payment.is_open and (units := _beyond_dust(payment, receipts, context.policy)):
        await notify(tx, context.ids, payment.tg_id, _short(settlement, units), context.now)
    return settlement


async def _spend(tx: Transaction, settlement: Settlement, context: SettlementContext) -> None:
    payment = settlement.payment
    order = await pay_waiting_order(tx, payment.order_id, payment.method, context.now, context.ids)
    if order.paid:
        return  # The receipt of the order says what is left on the balance.
    notice = await _credited(tx, payment, settlement.credits, order.open)
    await notify(tx, context.ids, payment.tg_id, notice, context.now)


async def _credited(
    tx: Transaction, payment: Payment, credits_: Sequence[Credit], waiting: Order | None
) -> MoneyCredited:
    user = await tx.users.get(payment.tg_id)
    if user is None:
        raise NoSuchPayment(payment.id)
    return MoneyCredited(
        credited_kopecks=sum(credit.value.units for credit in credits_),
        balance_kopecks=user.balance.units,
        order_id=waiting.id if waiting else None,
        missing_kopecks=waiting.price.minus(user.balance).units if waiting else 0,
        receipt_ref=credits_[-1].receipt.ref,
    )


def _beyond_dust(payment: Payment, receipts: Sequence[Receipt], policy: PaymentPolicy) -> int:
    """The units of the receipts that are worth a message: a comment is public, so anyone can send dust with it."""
    due = payment.quote.due
    dust = due.units - policy.minimum_due(due)
    units = (one.amount.units for one in receipts if one.amount.currency == due.currency)
    return sum(one for one in units if one > dust)


def _short(settlement: Settlement, received_units: int) -> PaymentShort:
    payment = settlement.payment
    return PaymentShort(
        payment_id=payment.id,
        asset=settlement.received.currency.code,
        received_units=received_units,
        missing_units=settlement.missing.units,
        comment=payment.comment,
        expires_at=payment.expires_at,
    )
