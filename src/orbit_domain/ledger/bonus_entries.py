"""The entries of money that the shop gives away."""

from datetime import datetime

from orbit_domain.ids import PromoCode, TelegramId
from orbit_domain.ledger.ledger import Entry, EntryKind, Line, user_account
from orbit_domain.money import Money

BONUS = "bonus"
"""The account of what was given away: minus that."""

PROMO = "promo:"
"""So begins the name of an entry that a promo code has made; the code and the user follow."""


def promo_credited(code: PromoCode, tg_id: TelegramId, amount: Money, at: datetime) -> Entry:
    """The code puts *amount* on the user's balance, once."""
    lines = (Line(BONUS, -amount.units, amount.currency), Line(user_account(tg_id), amount.units, amount.currency))
    return Entry(EntryKind.ADJUSTMENT, f"{PROMO}{code}:{tg_id}", lines, at)


def promo_of_entry(kind: EntryKind, ref: str) -> str | None:
    """The code whose money the entry gives; None for any other."""
    is_bonus = kind is EntryKind.ADJUSTMENT and ref.startswith(PROMO)
    return ref.removeprefix(PROMO).rpartition(":")[0] if is_bonus else None
