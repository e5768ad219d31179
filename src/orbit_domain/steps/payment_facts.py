"""What the shop knows of money that a customer misses: what they were asked for, and what came without an owner."""

from datetime import timedelta

from orbit_domain.ids import TelegramId
from orbit_domain.notice.questions import MoneySeen, PaymentFacts, PaymentSeen
from orbit_domain.payment.payment import Payment
from orbit_domain.payment.receipt import Receipt
from orbit_domain.storage import Transaction

_PAYMENTS = 3
_UNMATCHED = 200
_NEARBY = 3
_WITHIN = timedelta(days=7)
_PERCENT = 5


async def payment_facts(tx: Transaction, tg_id: TelegramId) -> PaymentFacts:
    """The customer's newest requests for money, and unmatched money near any of them in sum and time."""
    payments = await tx.payments.of_user(tg_id, _PAYMENTS)
    unmatched = await tx.receipts.unmatched(_UNMATCHED) if payments else ()
    nearby = [one for one in unmatched if any(_is_near(one, payment) for payment in payments)]
    return PaymentFacts(tuple(_payment(one) for one in payments), tuple(_money(one) for one in nearby[:_NEARBY]))


def _is_near(receipt: Receipt, payment: Payment) -> bool:
    due = payment.quote.due
    if receipt.amount.currency != due.currency:
        return False
    is_near_in_sum = abs(receipt.amount.units - due.units) * 100 <= due.units * _PERCENT
    return is_near_in_sum and abs(receipt.occurred_at - payment.created_at) <= _WITHIN


def _payment(payment: Payment) -> PaymentSeen:
    due = payment.quote.due
    return PaymentSeen(
        payment.method, due.currency.code, due.units, payment.status, payment.comment, payment.created_at
    )


def _money(receipt: Receipt) -> MoneySeen:
    return MoneySeen(receipt.amount.currency.code, receipt.amount.units, receipt.comment, receipt.occurred_at)
