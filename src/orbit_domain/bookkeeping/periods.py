"""What is recorded in a period: pages to export, and the figures at its end."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from orbit_domain.ids import OrderId
from orbit_domain.ledger.ledger import Entry
from orbit_domain.money import Currency, Money
from orbit_domain.order.order import Order
from orbit_domain.payment.receipt import Receipt

GROUPED = ("user:", "requested:")
"""Accounts that there is one of for each customer: figures show them as one, `user:*`."""


@dataclass(frozen=True, slots=True)
class NumberedEntry:
    """An entry of the ledger and its number: a later entry has a larger one."""

    number: int
    entry: Entry


@dataclass(frozen=True, slots=True)
class AccountFigures:
    """One account in one currency over a period, in units of the ledger: what came to it is positive.

    `came` is the sum of its positive lines, and `left` that of its negative ones, zero or less.
    """

    account: str
    currency: Currency
    opening: int
    came: int
    left: int

    @property
    def closing(self) -> int:
        """What stands there at the end."""
        return self.opening + self.came + self.left


@dataclass(frozen=True, slots=True)
class ReceiptTotals:
    """So many receipts of one method and asset, and what they add up to."""

    method: str
    count: int
    total: Money


@dataclass(frozen=True, slots=True)
class SalesTotals:
    """Who came and what was bought. Of `sold` orders, for `units` of the base currency, `renewals` weren't the first.

    A trial is no sale, and neither is what was free.
    """

    new_users: int
    trials: int
    sold: int
    renewals: int
    units: int


def shown_account(account: str) -> str:
    """The name under which figures show *account*: those of single customers are put together."""
    return next((f"{prefix}*" for prefix in GROUPED if account.startswith(prefix)), account)


def sums_by_currency(figures: Sequence[AccountFigures]) -> Mapping[str, tuple[int, int]]:
    """What all accounts open and close with, by currency. Both are zero in a ledger that balances."""
    sums: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for one in figures:
        sums[one.currency.code][0] += one.opening
        sums[one.currency.code][1] += one.closing
    return {code: (opening, closing) for code, (opening, closing) in sorted(sums.items())}


class Periods(Protocol):
    """Pages and figures of [since, until), by our own times. Reads, nothing more."""

    async def entries(
        self, since: datetime, until: datetime, after: NumberedEntry | None, limit: int
    ) -> tuple[NumberedEntry, ...]:
        """Entries of the ledger in the order in which they were recorded; *after* continues a listing."""

    async def receipts(
        self, since: datetime, until: datetime, after: Receipt | None, limit: int
    ) -> tuple[Receipt, ...]:
        """Receipts that were seen in the period, by (source, external id); *after* continues a listing."""

    async def orders(self, since: datetime, until: datetime, after: OrderId | None, limit: int) -> tuple[Order, ...]:
        """Orders that were opened or paid in the period, by id; *after* continues a listing."""

    async def account_figures(self, since: datetime, until: datetime) -> tuple[AccountFigures, ...]:
        """Every account that had a line before *until*, named as `shown_account` does, by (account, currency)."""

    async def sales(self, since: datetime, until: datetime) -> SalesTotals:
        """Who pressed /start first, and what was paid in the period, whatever became of it."""

    async def receipt_totals(self, since: datetime, until: datetime) -> tuple[ReceiptTotals, ...]:
        """What was seen to arrive in the period, by (method, asset)."""
