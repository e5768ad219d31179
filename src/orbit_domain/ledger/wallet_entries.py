"""The entries by which a wallet's own doings are booked: what it sends, pays and gets besides customers' money.

With the receipts they make an `asset:` account the exact negative of what the wallet holds at the cursor's position.
"""

from collections.abc import Mapping
from datetime import datetime

from orbit_domain.ledger.ledger import Entry, EntryKind, Line, asset_account
from orbit_domain.money import Currency, Money

WITHDRAWN = "withdrawn"
OWN_ACCOUNTS = "own_accounts"
NETWORK_FEE = "network_fee"
LEFTOVERS = "leftovers"
UNEXPLAINED = "unexplained"
OPENING = "opening"
MOVED_SUFFIX = "|moved"
"""So ends the name of an entry of effects; a receipt's has the record's name alone."""


def money_moved(
    ref: str, method: str, currency: Currency, units: Mapping[str, int], at: datetime, reason: str
) -> Entry | None:
    """What the record *ref* did besides bringing money: *units* that came (positive) or left, by account.

    None when everything cancels out.
    """
    moved = {**units, asset_account(method, currency): -sum(units.values())}
    lines = tuple(Line(account, change, currency) for account, change in moved.items() if change)
    return Entry(EntryKind.RECEIPT, ref + MOVED_SUFFIX, lines, at, reason=reason) if lines else None


def wallet_opened(source: str, method: str, held: Money, at: datetime) -> Entry:
    """What the account *source* held when reading it began."""
    lines = (
        Line(asset_account(method, held.currency), -held.units, held.currency),
        Line(OPENING, held.units, held.currency),
    )
    return Entry(EntryKind.ADJUSTMENT, f"{OPENING}:{source}", lines, at, reason="held when reading began")
