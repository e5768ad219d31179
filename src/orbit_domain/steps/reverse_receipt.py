"""Money that has gone back at a provider leaves the ledger, once: from *unmatched*, the balance, or as a debt."""

from orbit_domain.ids import OrderId, TelegramId
from orbit_domain.ledger.entries import refund_sent, refused_name, reservation_name, reserved_amount, sent_name
from orbit_domain.ledger.ledger import BookedCredit, EntryKind
from orbit_domain.ledger.reversal_entries import TakenBack, money_reversed, reversal_name
from orbit_domain.payment.payment import Payment
from orbit_domain.payment.receipt import Receipt
from orbit_domain.payment.reversal import taken_back
from orbit_domain.payment.source_record import SourceRecord
from orbit_domain.steps.returned_money import ReceiptCredit, credit_of, returned_units
from orbit_domain.steps.reversal_alert import Reversed, tell_of_reversal
from orbit_domain.steps.settle_payment import SettlementContext, settle_payment
from orbit_domain.steps.stop_orders import LostMoney, Stopped, stop_orders
from orbit_domain.storage import Transaction


async def reverse_receipt(
    tx: Transaction, record: SourceRecord, context: SettlementContext, owner: TelegramId | None
) -> bool:
    """Book what *record* took back of a receipt. A second call changes nothing.

    False while that can't be booked: the receipt isn't there or not settled yet, a refund of the owner's own is on its
    way, or the record claims more than has arrived and is left.
    """
    key = record.reverses
    receipt = await tx.receipts.get(key.source, key.external_id) if key is not None else None
    if receipt is None or receipt.amount.currency != record.amount.currency:
        return False
    # Whoever gives unmatched money to a customer holds it too.
    await tx.cursors.lock(receipt.source)
    payment = await _settled(tx, receipt, context)
    if receipt.payment_id is not None and payment is None:
        return False
    if payment is not None and (own := await _own_refund(tx, payment, receipt, record, context)) is not None:
        return own
    return await _reverse(tx, record, receipt, payment, context, owner)


async def _settled(tx: Transaction, receipt: Receipt, context: SettlementContext) -> Payment | None:
    """The receipt's payment, with everything credited that arrived for it; None while something waits."""
    if receipt.payment_id is None:
        return None
    settlement = await settle_payment(tx, receipt.payment_id, context)
    return None if settlement.unpriced or settlement.payment.is_open else settlement.payment


async def _own_refund(
    tx: Transaction, payment: Payment, receipt: Receipt, record: SourceRecord, context: SettlementContext
) -> bool | None:
    """Whether *record* is the refund that the owner has commanded, which is booked as such; None: there is none."""
    reserved = await tx.ledger.entry(EntryKind.REFUND, reservation_name(payment.id))
    if reserved is None or await tx.ledger.entry(EntryKind.REFUND, refused_name(payment.id)) is not None:
        return None
    if await tx.ledger.entry(EntryKind.REFUND, sent_name(payment.id)) is not None:
        return False
    if record.amount != reserved_amount(reserved):
        return False
    # The provider's answer was lost: its list says what it would have said.
    await tx.ledger.post(refund_sent(payment.id, receipt.method, record.amount, context.now, record.external_id))
    return True


async def _reverse(
    tx: Transaction,
    record: SourceRecord,
    receipt: Receipt,
    payment: Payment | None,
    context: SettlementContext,
    owner: TelegramId | None,
) -> bool:
    credit = await credit_of(tx, receipt)
    if credit is not None:
        await tx.users.lock(credit.tg_id)
    if await tx.ledger.entry(EntryKind.REFUND, reversal_name(record.ref)) is not None:
        return True
    before = await returned_units(tx, receipt)
    left = receipt.amount.units - before - record.amount.units
    if left < 0:
        return False
    taken = await _taken(tx, receipt, credit, before, record.amount.units)
    tg_id = credit.tg_id if credit is not None else None
    await tx.ledger.post(money_reversed(record.ref, receipt.ref, receipt.method, taken, tg_id, context.now))
    stopped = Stopped()
    if credit is not None and left == 0:
        meant_for: OrderId | None = payment.order_id if payment is not None else None
        of_period = payment is not None and payment.policy.repeats
        lost = LostMoney(credit.tg_id, credit.at, meant_for, record.ref, of_period)
        stopped = await stop_orders(tx, lost, context.ids, context.now)
    await tell_of_reversal(tx, Reversed(record, receipt.method, taken, tg_id, stopped), owner, context)
    return True


async def _taken(tx: Transaction, receipt: Receipt, credit: ReceiptCredit | None, before: int, units: int) -> TakenBack:
    if credit is None:
        return taken_back(receipt.amount, BookedCredit(0, 0), before, units, receipt.amount.currency)
    taken = taken_back(receipt.amount, credit.booked, before, units, credit.base)
    user = await tx.users.get(credit.tg_id)
    return taken.pay(user.balance) if user is not None else taken
