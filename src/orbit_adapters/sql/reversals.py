"""What has gone back, as the rows of the sources and the ledger say: conditions that several queries share."""

from sqlalchemy import ColumnElement, Text, and_, cast, exists, func, literal, or_, select

from orbit_adapters.sql.indexes import IS_REVERSAL
from orbit_adapters.sql.source_tables import source_records
from orbit_adapters.sql.tables import ledger_entries, receipts
from orbit_adapters.sql.types import exact_sum
from orbit_domain.ledger.entries import SENT
from orbit_domain.ledger.ledger import EntryKind
from orbit_domain.ledger.reversal_entries import REVERSAL

_log, _entries = source_records.c, ledger_entries.c
BY_PLACE = (_log.occurred_at, _log.source, _log.external_id)
"""The order in which reversals are booked."""


def is_booked_reversal() -> ColumnElement[bool]:
    """Whether the ledger has the entry of a record."""
    name = literal(REVERSAL) + _log.source + "|" + _log.external_id
    return exists().where(_entries.kind == EntryKind.REFUND, _entries.ref == name)


def is_unbooked_reversal() -> ColumnElement[bool]:
    """Whether a record took back of a known receipt what no entry says."""
    of_receipt = and_(receipts.c.source == _log.reverses_source, receipts.c.external_id == _log.reverses_id)
    known = exists().where(of_receipt)
    # A refund that the shop has sent itself has an entry of its own, which names it as the provider does.
    sent = literal(SENT) + cast(receipts.c.payment_id, Text)
    own = exists().where(
        of_receipt,
        _entries.kind == EntryKind.REFUND,
        _entries.ref == sent,
        or_(_entries.reason == _log.external_id, _entries.reason == _log.reverses_id),
    )
    return and_(IS_REVERSAL, _log.units != 0, known, ~is_booked_reversal(), ~own)


def is_returned_whole() -> ColumnElement[bool]:
    """Whether nothing of a receipt is left."""
    same = and_(_log.reverses_source == receipts.c.source, _log.reverses_id == receipts.c.external_id)
    gone = select(exact_sum(_log.units)).where(IS_REVERSAL, same, is_booked_reversal()).correlate(receipts)
    # As text: SQLite keeps amounts as text, and sums beyond 64 bits too.
    return func.coalesce(cast(gone.scalar_subquery(), Text), "") == cast(receipts.c.units, Text)
