"""How what arrived for a payment becomes credit, a confirmed payment and a paid order: one transaction."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from fractions import Fraction
from typing import Self

from orbit_domain.ids import Ids, PaymentId
from orbit_domain.ledger.entries import money_credited
from orbit_domain.ledger.ledger import Entry
from orbit_domain.notice.notice import InvoiceChanged, MoneyCredited, PaymentShort
from orbit_domain.order.order import Order
from orbit_domain.payment.due import DuePayment
from orbit_domain.payment.payment import Payment
from orbit_domain.payment.receipt import Receipt
from orbit_domain.payment.second_word import SecondWords
from orbit_domain.payment.settlement import RATE_MAX_AGE, Credit, Settlement, settle
from orbit_domain.payment.source import ReceiptSources
from orbit_domain.steps.collect_debt import collect_known_debt
from orbit_domain.steps.notify import notify
from orbit_domain.steps.pay_chosen_order import pay_chosen_order
from orbit_domain.steps.pay_order import WaitingOrder, pay_waiting_order
from orbit_domain.storage import Transaction


@dataclass(frozen=True, slots=True)
class SettlementContext:
    """What a settlement needs besides what is recorded.

    `rates` are base units per asset unit, by the `ref` of each receipt that the locked quote doesn't cover whole and
    of whose time no rate is recorded.
    """

    now: datetime
    ids: Ids
    second_words: SecondWords
    rates: Mapping[str, Fraction] = field(default_factory=dict)

    @classmethod
    def unasked(cls, now: datetime, ids: Ids, sources: ReceiptSources) -> Self:
        """Nobody was asked for a rate or a second word: what needs one waits."""
        return cls(now, ids, SecondWords(sources))


async def settle_payment(tx: Transaction, payment_id: PaymentId, context: SettlementContext) -> Settlement:
    """Bring ledger, payment and order to what the receipts say. A second call changes nothing.

    Raises NoSuchPayer.
    """
    await tx.users.lock_payer(payment_id)
    return await settle_locked_payment(tx, await tx.payments.lock(payment_id), context)


async def settle_due_payment(tx: Transaction, due: DuePayment, context: SettlementContext) -> Settlement:
    """Settle it and take it from the queue, unless something of it has to wait. Raises NoSuchPayer."""
    settlement = await settle_payment(tx, due.payment_id, context)
    if not settlement.waits:
        await tx.payments_due.finish(due, context.now)
    return settlement


async def settle_due_payments(
    tx: Transaction, claimed: Sequence[DuePayment], context: SettlementContext
) -> frozenset[DuePayment]:
    """Settle all of them in one transaction, as one after the other; those of which nothing waits, which are done.

    Any error means that the transaction has to be rolled back.
    """
    async with tx.payments_due.read_ahead(tx, claimed) as ahead:
        settlements = [(due, await settle_due_payment(ahead, due, context)) for due in claimed]
    return frozenset(due for due, settlement in settlements if not settlement.waits)


async def settle_locked_payment(tx: Transaction, payment: Payment, context: SettlementContext) -> Settlement:
    """The same for a *payment* whose user the caller has locked already."""
    arrived = await tx.receipts.of_payment(payment.id)
    booked = await tx.ledger.booked(payment.id, payment.tg_id)
    unconfirmed = context.second_words.missing(arrived, booked.credits)
    receipts = [receipt for receipt in arrived if receipt not in unconfirmed]
    # While a second reader hasn't spoken, it isn't certain that nothing came in time.
    watermark = None if unconfirmed else await _watermark(tx, payment, context.now)
    settlement = settle(payment, receipts, watermark=watermark, booked=booked.credits, rates=context.rates)
    if settlement.unpriced:
        recorded = await tx.rate_history.of_payment(payment.id, payment.amount.currency, RATE_MAX_AGE)
        rates = {**context.rates, **{ref: rate.value for ref, rate in recorded.items()}}
        settlement = settle(payment, receipts, watermark=watermark, booked=booked.credits, rates=rates)
    if settlement.payment != payment:
        await tx.payments.save(settlement.payment)
    await tx.ledger.post_all([_entry(payment, credit, context.now) for credit in settlement.credits])
    if settlement.credits:
        await collect_known_debt(tx, payment.tg_id, booked.owed, settlement.credits[-1].share.ref, context.now)
    are_corrected = bool(settlement.credits) and await _spend(tx, settlement, context)
    if not settlement.payment.is_open and not are_corrected:
        await _correct_invoice(tx, settlement, context)
    elif settlement.payment.is_open and not unconfirmed and (units := _beyond_dust(payment, receipts)):
        await notify(tx, context.ids, payment.tg_id, _short(settlement, units), context.now)
    return replace(settlement, unconfirmed=unconfirmed)


async def _watermark(tx: Transaction, payment: Payment, now: datetime) -> datetime | None:
    """Up to when nothing can be missing. It is never later than now, so it can't matter before the deadline."""
    if not payment.is_open or now <= payment.expires_at:
        return None
    cursor = await tx.cursors.get(payment.source)
    return cursor.watermark if cursor else None


def _entry(payment: Payment, credit: Credit, now: datetime) -> Entry:
    return money_credited(credit.share.ref, payment.tg_id, credit.share.amount, credit.value, now)


async def _spend(tx: Transaction, settlement: Settlement, context: SettlementContext) -> bool:
    """Whether that has paid the payment's own order: then the messages of its invoices are corrected already."""
    payment = settlement.payment
    order = await _pay_order(tx, payment, context)
    if order.paid:
        return payment.order_id is not None  # The receipt of the order says what is left on the balance.
    notice = _credited(settlement.credits, order.open)
    await notify(tx, context.ids, payment.tg_id, notice, context.now)
    return False


async def _pay_order(tx: Transaction, payment: Payment, context: SettlementContext) -> WaitingOrder:
    if payment.order_id is None:
        return await pay_chosen_order(tx, payment.tg_id, payment.method, context.now, context.ids)
    if payment.cancelled_at is not None:  # The customer was promised that the money stays on the balance.
        order = await tx.orders.get(payment.order_id)
        return WaitingOrder(open=order if order and order.is_open else None)
    return await pay_waiting_order(tx, payment.order_id, payment.method, context.now, context.ids)


def _credited(credits_: Sequence[Credit], waiting: Order | None) -> MoneyCredited:
    return MoneyCredited(
        credited_kopecks=sum(credit.value.units for credit in credits_),
        order_id=waiting.id if waiting else None,
        receipt_ref=credits_[-1].share.ref,
    )


async def _correct_invoice(tx: Transaction, settlement: Settlement, context: SettlementContext) -> None:
    """The invoice was shown as one to pay: its message says from now on what has become of it."""
    payment = settlement.payment
    if await tx.invoice_messages.get(payment.id) is not None:
        notice = InvoiceChanged(payment.id, payment.status, settlement.received.units)
        await notify(tx, context.ids, payment.tg_id, notice, context.now)


def _beyond_dust(payment: Payment, receipts: Sequence[Receipt]) -> int:
    """The units of the receipts that are worth a message: a comment is public, so anyone can send dust with it."""
    due = payment.quote.due
    dust = due.units - payment.minimum_due
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
