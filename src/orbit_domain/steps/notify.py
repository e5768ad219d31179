"""How a notice gets into the outbox."""

from datetime import datetime

from orbit_domain.ids import Ids, TelegramId
from orbit_domain.notice.notice import Notice
from orbit_domain.notice.repository import OutboxMessage
from orbit_domain.storage import Transaction


async def notify(tx: Transaction, ids: Ids, tg_id: TelegramId, notice: Notice, now: datetime) -> bool:
    """Add *notice* for *tg_id* to the outbox, due at *now*. False when its dedupe key was used before."""
    return await tx.outbox.add(OutboxMessage(ids.uuid(), tg_id, notice.dedupe_key(tg_id), notice, now))
