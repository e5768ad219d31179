"""How a notice gets into the outbox."""

from collections.abc import Sequence
from datetime import datetime

from orbit_domain.ids import Ids, TelegramId
from orbit_domain.notice.notice import Notice
from orbit_domain.notice.repository import OutboxMessage
from orbit_domain.storage import Transaction


async def notify(tx: Transaction, ids: Ids, tg_id: TelegramId, notice: Notice, now: datetime) -> bool:
    """Add *notice* for *tg_id* to the outbox, due at *now*. False when its dedupe key was used before."""
    return await tx.outbox.add(OutboxMessage(ids.uuid(), tg_id, notice.dedupe_key(tg_id), notice, now))


async def notify_all(tx: Transaction, ids: Ids, notices: Sequence[tuple[TelegramId, Notice]], now: datetime) -> int:
    """Add all of *notices* to the outbox, due at *now*, but those whose dedupe keys were used before: how many."""
    if not notices:
        return 0
    messages = [OutboxMessage(ids.uuid(), to, notice.dedupe_key(to), notice, now) for to, notice in notices]
    return len(await tx.outbox.add_all(messages))
