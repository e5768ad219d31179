"""The checks of the ledger audit that concern money which has gone back."""

from typing import Any

from sqlalchemy import BigInteger, Select, Text, and_, cast, exists, func, literal, select, union_all

from orbit_adapters.sql.receipts import RECEIPT_REF
from orbit_adapters.sql.reversals import is_unbooked_reversal
from orbit_adapters.sql.source_tables import source_records
from orbit_adapters.sql.tables import ledger_entries, ledger_postings, payments, receipts
from orbit_adapters.sql.types import exact_sum
from orbit_domain.ledger.ledger import RECEIVABLE, EntryKind
from orbit_domain.ledger.reversal_entries import OF_RECEIPT, REVERSAL
from orbit_domain.payment.payment import PaymentStatus

_ASSET = "asset:"
_entries, _postings, _log = ledger_entries.c, ledger_postings.c, source_records.c


def returned_lines(account: Any) -> Select[Any]:
    """The units of each reversal on accounts as *account* says, with the name of the receipt that it corrects."""
    name = func.substr(_entries.corrects, len(OF_RECEIPT) + 1)
    return (
        select(name.label("name"), _postings.units.label("units"))
        .join(ledger_postings, _postings.entry_id == _entries.id)
        .where(_entries.kind == EntryKind.REFUND, _entries.ref.startswith(REVERSAL), account)
    )


def unreversed() -> Any:
    """Reversals of receipts that no open payment waits for, and that have no entry."""
    of_receipt = and_(receipts.c.source == _log.reverses_source, receipts.c.external_id == _log.reverses_id)
    waits = exists().where(
        of_receipt, payments.c.id == receipts.c.payment_id, payments.c.status == PaymentStatus.PENDING
    )
    return select((_log.source + "|" + _log.external_id).label("name")).where(is_unbooked_reversal(), ~waits)


def overreturned() -> Any:
    """Receipts of which more has gone back than arrived."""
    left = ledger_postings.alias("left")
    # What the asset lost is what all other accounts lost in its currency. No amount is negated: SQLite keeps them as
    # text, and would make floats of them.
    of_asset = exists().where(
        left.c.entry_id == _postings.entry_id,
        left.c.account.startswith(_ASSET),
        left.c.currency == _postings.currency,
        ~_postings.account.startswith(_ASSET),
    )
    arrived = select(RECEIPT_REF.label("name"), receipts.c.units.label("units"))
    both = union_all(arrived, returned_lines(of_asset)).subquery()
    left_text = cast(exact_sum(both.c.units), Text)
    return select(both.c.name).group_by(both.c.name).having(left_text.startswith("-"))


def wrong_debts() -> Any:
    """Users to whom the shop would owe their own debt."""
    length = literal(len(RECEIVABLE) + 1)
    tg_id = cast(func.substr(_postings.account, length), BigInteger).label("tg_id")
    debts = select(tg_id).where(_postings.account.startswith(RECEIVABLE)).group_by(_postings.account)
    # As text: SQLite gives a sum beyond 64 bits as text, which is larger than every number.
    total = cast(exact_sum(_postings.units), Text)
    return debts.having(and_(total != "0", ~total.startswith("-"))).order_by(tg_id)
