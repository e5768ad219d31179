"""The entries of rewards for invitations."""

from datetime import datetime

from orbit_domain.ids import TelegramId
from orbit_domain.ledger.bonus_entries import BONUS
from orbit_domain.ledger.ledger import Entry, EntryKind, Line, receivable_account, user_account
from orbit_domain.money import Money

REFERRAL = "referral:"
"""So begins the name of an entry about a reward; the invited user and whose reward it is follow."""


def reward_paid(invited: TelegramId, tg_id: TelegramId, amount: Money, at: datetime) -> Entry:
    """*tg_id*, the inviter or the invited user, gets *amount*, once."""
    lines = (Line(BONUS, -amount.units, amount.currency), Line(user_account(tg_id), amount.units, amount.currency))
    return Entry(EntryKind.ADJUSTMENT, f"{REFERRAL}{invited}:{tg_id}", lines, at)


def reward_returned(invited: TelegramId, tg_id: TelegramId, amount: Money, balance: Money, at: datetime) -> Entry:
    """*amount* goes back from a *balance* as far as it is there; the rest is owed."""
    paid = reward_paid(invited, tg_id, amount, at)
    there = min(amount.units, balance.units)
    lines = (
        Line(BONUS, amount.units, amount.currency),
        Line(user_account(tg_id), -there, amount.currency),
        Line(receivable_account(tg_id), there - amount.units, amount.currency),
    )
    moved = tuple(line for line in lines if line.units)
    return Entry(paid.kind, f"{paid.ref}:returned", moved, at, corrects=f"{paid.kind}/{paid.ref}")


def is_reward(kind: EntryKind, ref: str) -> bool:
    """Whether an entry pays a reward, or takes one back."""
    return kind is EntryKind.ADJUSTMENT and ref.startswith(REFERRAL)
