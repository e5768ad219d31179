"""What a user owes is paid by the next money that comes to the balance, before anything else."""

from datetime import datetime

from orbit_domain.ids import TelegramId
from orbit_domain.ledger.reversal_entries import debt_paid
from orbit_domain.money import Money
from orbit_domain.storage import Transaction
from orbit_domain.user.user import User


async def missing_for(tx: Transaction, price: Money, user: User) -> Money:
    """What *user* has to bring to pay *price*: what the balance lacks, and what is owed, which goes first."""
    missing, owed = price.minus(user.balance), await tx.ledger.debt(user.tg_id)
    return missing if missing.is_zero else missing + Money(owed, price.currency)


async def collect_debt(tx: Transaction, tg_id: TelegramId, cause: str, now: datetime) -> None:
    """Move what is on the balance to the debt, as far as there is one. The caller has locked the user.

    *cause* names the entry that has brought the money.
    """
    await collect_known_debt(tx, tg_id, await tx.ledger.debt(tg_id), cause, now)


async def collect_known_debt(tx: Transaction, tg_id: TelegramId, owed: int, cause: str, now: datetime) -> None:
    """The same, when the caller knows already what is *owed*."""
    user = await tx.users.get(tg_id) if owed else None
    if user is None or user.balance.is_zero:
        return
    amount = Money(min(owed, user.balance.units), user.balance.currency)
    await tx.ledger.post(debt_paid(tg_id, amount, cause, now))
