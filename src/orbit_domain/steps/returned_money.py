"""What of a receipt was credited to whom, and how much of it has gone back."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from orbit_domain.ids import TelegramId
from orbit_domain.ledger.ledger import UNMATCHED, BookedCredit, Entry, EntryKind
from orbit_domain.ledger.reversal_entries import reversal_name
from orbit_domain.money import Currency
from orbit_domain.payment.payment import Payment
from orbit_domain.payment.receipt import Receipt
from orbit_domain.payment.reversal import credit_left
from orbit_domain.payment.settlement import surplus_ref
from orbit_domain.payment.source_record import ReceiptKey
from orbit_domain.storage import Transaction

_USER = "user:"


@dataclass(frozen=True, slots=True)
class ReceiptCredit:
    """What a receipt gave to whom, in base units of *base*, and when it did so first."""

    tg_id: TelegramId
    booked: BookedCredit
    base: Currency
    at: datetime


async def credit_of(tx: Transaction, receipt: Receipt) -> ReceiptCredit | None:
    """What *receipt* gave to a customer; None: nothing yet."""
    names = (receipt.ref, surplus_ref(receipt))
    found = [entry for name in names if (entry := await tx.ledger.entry(EntryKind.CREDIT, name)) is not None]
    parts = [_credit(entry) for entry in found]
    if not parts:
        return None
    booked = BookedCredit(sum(one.booked.units for one in parts), sum(one.booked.value for one in parts))
    return ReceiptCredit(parts[0].tg_id, booked, parts[0].base, min(one.at for one in parts))


async def returned_units(tx: Transaction, receipt: Receipt) -> int:
    """How many units of *receipt* have gone back, as the ledger says, without a command of the owner."""
    records = await tx.source_records.reversals_of(ReceiptKey(receipt.source, receipt.external_id))
    booked = [one for one in records if await tx.ledger.entry(EntryKind.REFUND, reversal_name(one.ref)) is not None]
    return sum(one.amount.units for one in booked)


async def credits_left(tx: Transaction, payment: Payment, receipts: Sequence[Receipt]) -> tuple[BookedCredit, ...]:
    """What each credit of a payment's *receipts* still is, without what has gone back."""
    left = []
    for receipt in receipts:
        credit = await credit_of(tx, receipt)
        if credit is not None and credit.tg_id == payment.tg_id:
            left.append(credit_left(receipt.amount, credit.booked, await returned_units(tx, receipt)))
    return tuple(left)


def _credit(entry: Entry) -> ReceiptCredit:
    (given,) = (line for line in entry.lines if line.account.startswith(_USER))
    (taken,) = (line for line in entry.lines if line.account == UNMATCHED)
    tg_id = TelegramId(int(given.account.removeprefix(_USER)))
    return ReceiptCredit(tg_id, BookedCredit(-taken.units, given.units), given.currency, entry.at)
