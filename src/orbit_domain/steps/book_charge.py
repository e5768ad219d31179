"""Whose a charge of a repeating payment is: the payment's own the first time, then one with an order of its own."""

from dataclasses import replace
from datetime import datetime

from orbit_domain.ids import Ids, OrderId, PaymentId
from orbit_domain.order.order import Order, OrderState, charge_nonce
from orbit_domain.payment.payment import Payment, PaymentStatus
from orbit_domain.payment.recurrence import Recurrence
from orbit_domain.payment.source_record import SourceRecord
from orbit_domain.steps.open_payment import new_memo
from orbit_domain.storage import Transaction


async def charged_payment(tx: Transaction, named: Payment, record: SourceRecord, ids: Ids, now: datetime) -> Payment:
    """The payment that *record* pays: *named*, or a new one, when *named* repeats and was charged before.

    What isn't a whole charge belongs to *named*.
    """
    if not named.policy.repeats or record.amount != named.quote.due:
        return named
    await tx.users.lock_payer(named.id)  # As a settlement does, before it locks the payment.
    first = await tx.payments.lock(named.id)
    before = first.recurrence or Recurrence()
    await tx.payments.save(replace(first, recurrence=before.charge(record.occurred_at)))
    bought = await tx.orders.get(first.order_id) if first.order_id is not None else None
    if before.charged_at is None or bought is None:
        return first
    wish = _renewal(bought, first, record, ids, now)
    payment = _payment(first, await tx.orders.add_if_absent(wish), record, ids, now)
    await tx.payments.add(payment)
    return payment


def _renewal(bought: Order, first: Payment, record: SourceRecord, ids: Ids, now: datetime) -> Order:
    """An order of the same terms at the price that is charged, whatever the plan costs now."""
    order_id, nonce = OrderId(ids.uuid()), charge_nonce(record.ref)
    return Order(order_id, first.tg_id, nonce, bought.terms, first.amount, OrderState.OPEN, now)


def _payment(first: Payment, order: Order, record: SourceRecord, ids: Ids, now: datetime) -> Payment:
    """Paid from the beginning. Its provider's name is that of the charge, so that one charge can be given back."""
    return replace(
        first,
        id=PaymentId(ids.uuid()),
        comment=new_memo(ids),
        order_id=order.id,
        status=PaymentStatus.CONFIRMED,
        created_at=min(now, record.occurred_at),
        expires_at=record.occurred_at,
        external_id=record.external_id,
        confirmed_at=record.occurred_at,
        cancelled_at=None,
        recurrence=None,
    )
