"""The entries of money that has gone back at a provider, and of the debts that it leaves."""

from dataclasses import dataclass, replace
from datetime import datetime

from orbit_domain.ids import TelegramId
from orbit_domain.ledger.entries import fx_account
from orbit_domain.ledger.ledger import (
    REFUNDS,
    UNMATCHED,
    Entry,
    EntryKind,
    Line,
    asset_account,
    receivable_account,
    user_account,
)
from orbit_domain.money import Currency, Money

REVERSAL = "reversal:"
"""So begins the name of an entry by which a reversal is booked: the name of its record follows."""
OF_RECEIPT = "receipt/"
"""So begins what such an entry corrects: the name of the receipt follows."""
TIME = "time:"
"""So begins the name of an entry that gives back what time was worth."""
DEBT = "debt:"
"""So begins the name of an entry that pays a debt: what has brought the money follows."""


@dataclass(frozen=True, slots=True)
class TakenBack:
    """Of `amount` that went back, `unmatched` units were nobody's; the rest had given `value` to a customer.

    `from_balance` base units of that value are still on the balance.
    """

    amount: Money
    unmatched: int
    value: Money
    from_balance: int = 0

    @property
    def owed(self) -> int:
        """Base units that the customer had spent."""
        return self.value.units - self.from_balance

    def pay(self, balance: Money) -> "TakenBack":
        """The same for a customer with *balance*, which never falls below zero."""
        return replace(self, from_balance=min(self.value.units, balance.units))


def reversal_name(ref: str) -> str:
    """The name of the entry of the reversal that the record *ref* tells."""
    return f"{REVERSAL}{ref}"


def money_reversed(
    ref: str, receipt_ref: str, method: str, taken: TakenBack, tg_id: TelegramId | None, at: datetime
) -> Entry:
    """What the record *ref* took back leaves the asset: from *unmatched*, from the balance, and the rest is a debt."""
    asset, base = taken.amount.currency, taken.value.currency
    credited = taken.amount.units - taken.unmatched
    lines = [(asset_account(method, asset), taken.amount.units, asset), (UNMATCHED, -taken.unmatched, asset)]
    if asset == base:
        lines.append((fx_account(base), taken.value.units - credited, base))
    else:
        lines += [(fx_account(asset), -credited, asset), (fx_account(base), taken.value.units, base)]
    if tg_id is not None:
        lines.append((user_account(tg_id), -taken.from_balance, base))
        lines.append((receivable_account(tg_id), -taken.owed, base))
    return Entry(EntryKind.REFUND, reversal_name(ref), _lines(lines), at, corrects=f"{OF_RECEIPT}{receipt_ref}")


def debt_paid(tg_id: TelegramId, amount: Money, cause: str, at: datetime) -> Entry:
    """Money that came to the balance pays what its user owes. *cause* names what has brought it, once for ever."""
    lines = [
        (user_account(tg_id), -amount.units, amount.currency),
        (receivable_account(tg_id), amount.units, amount.currency),
    ]
    return Entry(EntryKind.REFUND, f"{DEBT}{cause}", _lines(lines), at)


def time_refunded(tg_id: TelegramId, amount: Money, cause: str, at: datetime) -> Entry:
    """What time was worth that is taken back by value goes to the balance, which pays the debt with it."""
    lines = [(REFUNDS, -amount.units, amount.currency), (user_account(tg_id), amount.units, amount.currency)]
    return Entry(EntryKind.REFUND, f"{TIME}{cause}", _lines(lines), at)


def _lines(lines: list[tuple[str, int, Currency]]) -> tuple[Line, ...]:
    return tuple(Line(account, units, currency) for account, units, currency in lines if units)
