"""What is recorded beside an adjustment: the admin log, and the customer's notice."""

from orbit_domain.ids import Ids
from orbit_domain.ledger.adjustments import Adjustment
from orbit_domain.ledger.ledger import Entry
from orbit_domain.notice.balance_adjusted import BalanceAdjusted
from orbit_domain.steps.collect_debt import collect_debt
from orbit_domain.steps.notify import notify
from orbit_domain.storage import AdminAction, Transaction, subject_of


async def log_adjustment(tx: Transaction, ids: Ids, entry: Entry, adjustment: Adjustment, action: str) -> None:
    """A row of the admin log: who did what about *adjustment*, and why."""
    why = f"{adjustment.id}: {adjustment.units:+d} {adjustment.currency.code}: {entry.reason}"
    subject = subject_of(adjustment.tg_id)
    await tx.admin_log.add(AdminAction(ids.uuid(), entry.actor, action, subject, why, entry.at))


async def post_adjustment(tx: Transaction, ids: Ids, entry: Entry, adjustment: Adjustment, action: str) -> bool:
    """Move the balance by *entry*, log it, and tell the customer. False: it was posted before, nothing is recorded.

    The caller has locked the user. Raises InsufficientBalance.
    """
    if not await tx.ledger.post(entry):
        return False
    await log_adjustment(tx, ids, entry, adjustment, action)
    await collect_debt(tx, adjustment.tg_id, entry.ref, entry.at)
    user = await tx.users.get(adjustment.tg_id)
    notice = BalanceAdjusted(
        adjustment_id=adjustment.id,
        change_kopecks=adjustment.units,
        balance_kopecks=user.balance.units if user else 0,
        reason=adjustment.reason,
    )
    await notify(tx, ids, adjustment.tg_id, notice, entry.at)
    return True
