"""What of a payment can go back to whoever paid it."""

from orbit_domain.money import Currency, Money
from orbit_domain.payment.payment import Payment
from orbit_domain.payment.ports import RefundRefused
from orbit_domain.steps.returned_money import credits_left
from orbit_domain.storage import Transaction


async def refundable_money(
    tx: Transaction, payment: Payment, asset: Currency, source: str | None
) -> tuple[Money, Money]:
    """What its receipts have given to the customer: in *asset*, and in the base currency.

    Raises RefundRefused when they gave nothing, or when some came as another asset or, unless *source* is None, through
    another source.
    """
    receipts = await tx.receipts.of_payment(payment.id)
    booked = await credits_left(tx, payment, receipts)
    if not any(one.units for one in booked):
        raise RefundRefused(payment.method, "nothing_credited")
    if any(one.amount.currency != asset or (source is not None and one.source != source) for one in receipts):
        raise RefundRefused(payment.method, "other_money_too")
    amount = Money(sum(one.units for one in booked), asset)
    return amount, Money(sum(one.value for one in booked), payment.amount.currency)
