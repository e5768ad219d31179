"""What has gone back, as the tables in memory say."""

from orbit_adapters.memory.tables import Tables
from orbit_domain.ledger.entries import sent_name
from orbit_domain.ledger.ledger import EntryKind
from orbit_domain.ledger.reversal_entries import reversal_name
from orbit_domain.payment.receipt import Receipt
from orbit_domain.payment.source_record import SourceRecord


def is_unbooked_reversal(tables: Tables, record: SourceRecord) -> bool:
    """Whether *record* took back of a known receipt what no entry says."""
    key = record.reverses
    receipt = tables.receipts.get((key.source, key.external_id)) if key is not None else None
    if receipt is None or key is None or record.amount.is_zero:
        return False
    if (EntryKind.REFUND, reversal_name(record.ref)) in tables.entries:
        return False
    if receipt.payment_id is None:
        return True
    sent = tables.entries.get((EntryKind.REFUND, sent_name(receipt.payment_id)))
    return sent is None or sent.reason not in (record.external_id, key.external_id)


def is_returned_whole(tables: Tables, receipt: Receipt) -> bool:
    """Whether nothing of *receipt* is left, as the ledger says."""
    records = (tables.source_records[name] for name in tables.reversals.of((receipt.source, receipt.external_id)))
    gone = (one.amount.units for one in records if (EntryKind.REFUND, reversal_name(one.ref)) in tables.entries)
    return sum(gone) >= receipt.amount.units
