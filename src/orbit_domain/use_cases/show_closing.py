"""The figures of one day, when it is over."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from orbit_domain.bookkeeping.periods import AccountFigures, ReceiptTotals, sums_by_currency
from orbit_domain.clock import Clock
from orbit_domain.errors import Refusal
from orbit_domain.storage import Storage
from orbit_domain.use_cases.audit_ledger import AuditReport

_DAY = timedelta(days=1)


@dataclass(eq=False)
class DayNotOver(Refusal):
    """Its figures may still change."""

    day: datetime


@dataclass(frozen=True, slots=True)
class Closing:
    """What each account opened and closed with, what arrived by each method, and whether the ledger is proved."""

    day: datetime
    figures: tuple[AccountFigures, ...]
    receipts: tuple[ReceiptTotals, ...]
    audit: AuditReport

    @property
    def sums(self) -> Mapping[str, tuple[int, int]]:
        """What all accounts opened and closed with, by currency."""
        return sums_by_currency(self.figures)

    @property
    def is_proved(self) -> bool:
        """Whether the accounts sum to zero in each currency, on both sides of the day, and the audit finds nothing."""
        return self.audit.balanced and not any(any(both) for both in self.sums.values())


@dataclass(frozen=True, slots=True)
class ShowClosing:
    """Read the day that begins at *day*, midnight of UTC; without one, yesterday. Raises DayNotOver."""

    storage: Storage
    clock: Clock

    async def __call__(self, day: datetime | None = None) -> Closing:
        now = self.clock.now()
        midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
        begin = day or midnight - _DAY
        end = begin + _DAY
        if end > now:
            raise DayNotOver(begin)
        async with self.storage.snapshot() as tx:
            figures = await tx.periods.account_figures(begin, end)
            receipts = await tx.periods.receipt_totals(begin, end)
            audit = AuditReport(await tx.ledger.check())
        return Closing(begin, figures, receipts, audit)
