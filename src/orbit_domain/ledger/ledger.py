"""Double entry: every movement of money is one entry whose lines sum to zero in each currency.

The sum of an account is what the shop owes to the holder of the account. Money enters
through an `asset:` account, which is therefore the negative of what the shop holds there.
"""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from orbit_domain.errors import Refusal
from orbit_domain.ids import TelegramId
from orbit_domain.money import Currency, Money

UNMATCHED = "unmatched"
REVENUE = "revenue"
REFUNDS = "refunds"
REFUND_PAYABLE = "refund_payable"
RECEIVABLE = "receivable:"
"""So begins the name of the account of what one user owes."""


def user_account(tg_id: TelegramId) -> str:
    """The account that holds a user's balance."""
    return f"user:{tg_id}"


def receivable_account(tg_id: TelegramId) -> str:
    """The account of what a user owes: money went back that they had spent. Zero or below."""
    return f"{RECEIVABLE}{tg_id}"


def asset_account(method: str, currency: Currency) -> str:
    """The account through which money of one method and currency enters."""
    return f"asset:{method}:{currency.code}"


class EntryKind(StrEnum):
    """Why money moved. With its `ref`, unique for ever."""

    RECEIPT = "receipt"
    CREDIT = "credit"
    ORDER = "order"
    REFUND = "refund"
    ADJUSTMENT = "adjustment"


@dataclass(eq=False)
class UnbalancedEntry(ValueError):
    """An entry whose lines don't sum to zero: a bug, stopped before it is recorded."""

    kind: EntryKind
    ref: str


@dataclass(eq=False)
class InsufficientBalance(Refusal):
    """The account can't go below zero."""

    balance: Money
    price: Money


@dataclass(frozen=True, slots=True)
class Line:
    """*units* of *currency* that come to (positive) or leave (negative) *account*."""

    account: str
    units: int
    currency: Currency

    def __post_init__(self) -> None:
        if type(self.units) is not int:
            raise TypeError(f"the ledger counts whole units, got {type(self.units).__name__}")


@dataclass(frozen=True, slots=True)
class Entry:
    """One balanced, immutable record. `actor` is `system` or who decided; `corrects` names an older entry."""

    kind: EntryKind
    ref: str
    lines: tuple[Line, ...]
    at: datetime
    actor: str = "system"
    reason: str = ""
    corrects: str | None = None

    def __post_init__(self) -> None:
        sums: dict[str, int] = defaultdict(int)
        for line in self.lines:
            sums[line.currency.code] += line.units
        places = {(line.account, line.currency.code) for line in self.lines}
        distinct = len(places) == len(self.lines)
        if not self.lines or any(sums.values()) or not distinct or not all(line.units for line in self.lines):
            raise UnbalancedEntry(self.kind, self.ref)


@dataclass(frozen=True, slots=True)
class StatementLine:
    """One line of a user's statement, in units of the base currency: positive came, negative went."""

    kind: EntryKind
    ref: str
    units: int
    at: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class BookedCredit:
    """A credit that is in the ledger: *units* of an asset gave *value* base units to a user."""

    units: int
    value: int
