"""How the owner hears of forged payments, and of changes of what the shop holds that nobody here has ordered."""

from collections.abc import Sequence
from datetime import datetime

from orbit_domain.ids import Ids, TelegramId
from orbit_domain.notice.suspicious_transfer import SuspiciousTransfer
from orbit_domain.payment.source_record import FORGED, UNEXPLAINED, SourceRecord
from orbit_domain.steps.notify import notify
from orbit_domain.storage import Transaction


async def alert_tampering(
    tx: Transaction, records: Sequence[SourceRecord], ids: Ids, owner: TelegramId | None, now: datetime
) -> None:
    """Notify the owner of each such record among *records*, of forgeries once a day. Nothing is booked by them."""
    told: set[str] = set()
    for record in records:
        if owner is None or record.kind not in (FORGED, UNEXPLAINED):
            continue
        asset, units = record.amount.currency.code, record.amount.units
        day = f"{record.occurred_at:%Y-%m-%d}" if record.kind == FORGED else ""
        notice = SuspiciousTransfer(record.source, record.external_id, record.kind, asset, units, day)
        if notice.dedupe_key(owner) not in told:  # Thousands of forgeries are one row to look for.
            told.add(notice.dedupe_key(owner))
            await notify(tx, ids, owner, notice, now)
