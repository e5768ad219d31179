"""How the owner and the customer hear, once each, that money has gone back."""

from dataclasses import dataclass

from orbit_domain.ids import TelegramId
from orbit_domain.ledger.reversal_entries import TakenBack
from orbit_domain.notice.reversal_notices import MoneyReversed, MoneyTakenBack
from orbit_domain.payment.source_record import SourceRecord
from orbit_domain.steps.notify import notify
from orbit_domain.steps.settle_payment import SettlementContext
from orbit_domain.steps.stop_orders import Stopped
from orbit_domain.storage import Transaction


@dataclass(frozen=True, slots=True)
class Reversed:
    """What *record* says has gone back by *method*, whose it was, and what ended with it."""

    record: SourceRecord
    method: str
    taken: TakenBack
    tg_id: TelegramId | None
    stopped: Stopped


async def tell_of_reversal(
    tx: Transaction, what: Reversed, owner: TelegramId | None, context: SettlementContext
) -> None:
    """Notify the owner, and the customer whose money it was."""
    if owner is not None:
        await notify(tx, context.ids, owner, await _for_owner(tx, what), context.now)
    if what.tg_id is not None and (what.taken.value.units or what.stopped.stopped):
        notice = await _for_customer(tx, what, what.tg_id, context)
        await notify(tx, context.ids, what.tg_id, notice, context.now)


async def _for_owner(tx: Transaction, what: Reversed) -> MoneyReversed:
    user = await tx.users.get(what.tg_id) if what.tg_id is not None else None
    return MoneyReversed(
        source=what.record.source,
        external_id=what.record.external_id,
        method=what.method,
        asset=what.record.amount.currency.code,
        units=what.record.amount.units,
        tg_id=what.tg_id,
        username=user.username if user is not None else None,
        value_kopecks=what.taken.value.units if user is not None else 0,
        owed_kopecks=await tx.ledger.debt(what.tg_id) if what.tg_id is not None else 0,
        stopped=what.stopped.stopped,
        shortened=what.stopped.shortened,
    )


async def _for_customer(
    tx: Transaction, what: Reversed, tg_id: TelegramId, context: SettlementContext
) -> MoneyTakenBack:
    user = await tx.users.get(tg_id)
    ends_at = (await tx.subscriptions.get(tg_id)).ends_at
    return MoneyTakenBack(
        source=what.record.source,
        external_id=what.record.external_id,
        method=what.method,
        value_kopecks=what.taken.value.units,
        owed_kopecks=await tx.ledger.debt(tg_id),
        balance_kopecks=user.balance.units if user is not None else 0,
        stopped=what.stopped.stopped + what.stopped.shortened,
        ends_at=ends_at,
        is_over=ends_at is None or ends_at <= context.now,
    )
