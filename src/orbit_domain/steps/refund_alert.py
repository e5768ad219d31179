"""How the owner hears that money which had come for one of our payments has gone back."""

from collections.abc import Sequence
from datetime import datetime

from orbit_domain.ids import Ids, TelegramId
from orbit_domain.ledger.entries import reservation_name
from orbit_domain.ledger.ledger import EntryKind
from orbit_domain.notice.notice import MoneyUpdateReceived
from orbit_domain.payment.inbox import MoneyEvent
from orbit_domain.payment.payment import Method
from orbit_domain.payment.source_record import REFUND, SourceRecord
from orbit_domain.steps.notify import notify
from orbit_domain.storage import Transaction


async def alert_refunds(
    tx: Transaction, records: Sequence[SourceRecord], method: Method, ids: Ids, owner: TelegramId | None, now: datetime
) -> None:
    """Notify the owner of each refund among *records*: what it takes back has to be settled by a person.

    Only of our own payments that the owner didn't send back himself: of others the messenger's own news tells.
    """
    for record in records:
        if owner is None or record.kind != REFUND or record.invoice_id is None:
            continue
        payment = await tx.payments.by_external_id(method, record.invoice_id)
        if payment is None or await tx.ledger.entry(EntryKind.REFUND, reservation_name(payment.id)) is not None:
            continue  # None of ours, or sent back by the owner's own word.
        asset, units = record.amount.currency.code, record.amount.units
        notice = MoneyUpdateReceived(
            record.source, record.external_id, MoneyEvent.REFUNDED, payment.tg_id, asset, units
        )
        await notify(tx, ids, owner, notice, now)
