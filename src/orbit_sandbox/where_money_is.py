"""Where a customer's money is, in one word for each payment: what a tester of the shop wants to see."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from orbit_domain.ids import TelegramId
from orbit_domain.ledger.entries import refused_name, reservation_name, sent_name
from orbit_domain.ledger.ledger import EntryKind
from orbit_domain.money import Money
from orbit_domain.order.order import Order, OrderState
from orbit_domain.payment.payment import Payment
from orbit_domain.payment.receipt import Receipt
from orbit_domain.storage import Storage, Transaction

_PAYMENTS_SHOWN = 12
_UNMATCHED_SHOWN = 5


class Whereabouts(StrEnum):
    """Where the money of one payment is."""

    AWAITED = "awaited"
    PART = "part"
    BOUGHT = "bought"
    ON_BALANCE = "on_balance"
    GIVEN_BACK = "given_back"
    SENDING_BACK = "sending_back"
    SENT_BACK = "sent_back"
    NEVER_CAME = "never_came"


class Return(StrEnum):
    """What became of sending a payment's money back to whoever paid it."""

    NOT_ASKED = "not_asked"
    ON_ITS_WAY = "on_its_way"
    DONE = "done"


@dataclass(frozen=True, slots=True)
class PaymentMoney:
    """A payment, the order it was meant for, what arrived for it in its own asset, and where that is."""

    payment: Payment
    order: Order | None
    arrived: Money
    where: Whereabouts


@dataclass(frozen=True, slots=True)
class CustomerMoney:
    """The balance, None before /start; the newest payments first; and the shop's money that has no owner yet."""

    balance: Money | None
    payments: tuple[PaymentMoney, ...]
    unmatched: tuple[Receipt, ...]


def whereabouts(payment: Payment, bought: Order | None, arrived: int, back: Return) -> Whereabouts:
    """Where the money of *payment* is: *arrived* receipts came, and they paid the order *bought*."""
    if back is not Return.NOT_ASKED:
        return Whereabouts.SENT_BACK if back is Return.DONE else Whereabouts.SENDING_BACK
    if not arrived:
        return Whereabouts.AWAITED if payment.is_open else Whereabouts.NEVER_CAME
    if payment.is_open:
        return Whereabouts.PART
    if bought is None:
        return Whereabouts.ON_BALANCE
    return Whereabouts.GIVEN_BACK if bought.state is OrderState.REFUNDED else Whereabouts.BOUGHT


async def customer_money(storage: Storage, tg_id: TelegramId) -> CustomerMoney:
    """Read where the customer's money is."""
    async with storage.transaction() as tx:
        user = await tx.users.get(tg_id)
        payments = await tx.payments.of_user(tg_id, _PAYMENTS_SHOWN)
        found = tuple([await _payment_money(tx, payment) for payment in payments])
        unmatched = await tx.receipts.unmatched(_UNMATCHED_SHOWN)
    return CustomerMoney(user.balance if user else None, found, unmatched)


async def _payment_money(tx: Transaction, payment: Payment) -> PaymentMoney:
    order = await tx.orders.get(payment.order_id) if payment.order_id else None
    receipts = await tx.receipts.of_payment(payment.id)
    asset = payment.quote.due.currency
    arrived = Money(sum(receipt.amount.units for receipt in receipts if receipt.amount.currency == asset), asset)
    bought = order if order and await _has_bought(tx, order, receipts) else None
    where = whereabouts(payment, bought, len(receipts), await _return_of(tx, payment))
    return PaymentMoney(payment, order, arrived, where)


async def _has_bought(tx: Transaction, order: Order, receipts: Sequence[Receipt]) -> bool:
    """Whether the credit of one of *receipts* was booked with the order's debit: by then the balance sufficed."""
    debit = await tx.ledger.entry(EntryKind.ORDER, str(order.id))
    credits = [await tx.ledger.entry(EntryKind.CREDIT, receipt.ref) for receipt in receipts]
    return debit is not None and any(credit is not None and credit.at == debit.at for credit in credits)


async def _return_of(tx: Transaction, payment: Payment) -> Return:
    async def is_booked(name: str) -> bool:
        return await tx.ledger.entry(EntryKind.REFUND, name) is not None

    if await is_booked(sent_name(payment.id)):
        return Return.DONE
    is_asked = await is_booked(reservation_name(payment.id)) and not await is_booked(refused_name(payment.id))
    return Return.ON_ITS_WAY if is_asked else Return.NOT_ASKED
