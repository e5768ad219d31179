"""The shop in figures, for those who run it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from fractions import Fraction
from typing import Protocol, Self

from orbit_domain.ids import PanelId
from orbit_domain.money import Currency, Money

RETURN_TIME = timedelta(days=3)
"""A customer whose time ended less than this ago may still renew, and isn't lost."""

_DAY = timedelta(days=1)
_DAYS_OF_MONTH, _DAYS_OF_YEAR = 30, 365


@dataclass(frozen=True, slots=True)
class Windows:
    """Where today, the week and the month begin: whole days of UTC, today among them, so each holds the one before."""

    today: datetime
    week: datetime
    month: datetime

    @classmethod
    def at(cls, now: datetime) -> Self:
        """The windows of one, seven and thirty days that end at *now*. Raises ValueError for a time without a zone."""
        today = _midnight(now)
        return cls(today, today - 6 * _DAY, today - 29 * _DAY)


class Span(StrEnum):
    """How far back a picture looks: whole days of UTC, today among them."""

    MONTH = "month"
    YEAR = "year"

    def begins(self, now: datetime) -> tuple[datetime, ...]:
        """Where its parts begin, the oldest first: thirty days, or the calendar months of 365 days, the first cut off.

        Each part ends where the next one begins. Raises ValueError for a time without a zone.
        """
        today = _midnight(now)
        if self is Span.MONTH:
            return tuple(today - days * _DAY for days in reversed(range(_DAYS_OF_MONTH)))
        days = [today - days * _DAY for days in reversed(range(_DAYS_OF_YEAR))]
        return (days[0], *(day for day in days[1:] if day.day == 1))


@dataclass(frozen=True, slots=True)
class UserStats:
    """People. New is who pressed /start in the window; `subscribed` and `on_trial` have time left, and never overlap.

    `unreachable` can't be written to: they blocked the bot or are gone.
    """

    total: int
    new_today: int
    new_week: int
    new_month: int
    subscribed: int
    on_trial: int
    unreachable: int


@dataclass(frozen=True, slots=True)
class Revenue:
    """So many confirmed payments, and what they asked for together, in the base currency."""

    count: int
    total: Money


@dataclass(frozen=True, slots=True)
class PaymentStats:
    """Payments. Confirmed ones belong to the window in which they were confirmed; `pending` and `expired` are counts.

    A method without a confirmed payment isn't in `by_method`.
    """

    today: Revenue
    week: Revenue
    month: Revenue
    ever: Revenue
    pending: int
    expired: int
    by_method: Mapping[str, Revenue]


@dataclass(frozen=True, slots=True)
class KeyStats:
    """Keys that aren't deleted. `active` ones are enabled and have time left; `unconfirmed` wait for their panel.

    In `by_panel` None stands for keys that have no place yet.
    """

    total: int
    active: int
    unconfirmed: int
    by_panel: Mapping[PanelId | None, int]


@dataclass(frozen=True, slots=True)
class Stats:
    """Everything, as it was at `at`."""

    at: datetime
    users: UserStats
    payments: PaymentStats
    keys: KeyStats


class StatsReader(Protocol):
    """Counts what is recorded. Its contract: `orbit_testing.contracts.stats`."""

    async def read(self, now: datetime) -> Stats:
        """The figures at *now*, in three statements at most, however large the shop is.

        Raises ValueError for a time without a zone, and StorageError.
        """


@dataclass(frozen=True, slots=True)
class TrialStats:
    """The trials that began in the window.

    `paid`: their customers have paid for a plan since. `running`: nothing is paid yet, and the trial has time left.
    """

    began: int
    running: int
    paid: int

    @property
    def conversion(self) -> Fraction | None:
        """The part that paid of those that are decided; None while none is."""
        decided = self.began - self.running
        return Fraction(self.paid, decided) if decided else None


@dataclass(frozen=True, slots=True)
class ChurnStats:
    """Customers who had paid for a plan before the window began, and whose time reaches into it.

    `lost`: of those, the ones whose time has been over for RETURN_TIME or longer. Who comes back isn't lost any more.
    """

    customers: int
    lost: int

    @property
    def churn(self) -> Fraction | None:
        """The part that was lost; None when there were no customers."""
        return Fraction(self.lost, self.customers) if self.customers else None


@dataclass(frozen=True, slots=True)
class Trends:
    """How the shop went over *span*, as it was at `at`: a number for each part, which begin at `begins`.

    `revenue` is of confirmed payments by method, as in `PaymentStats`. Paid is an order with a price above zero that
    is paid or delivered.
    """

    at: datetime
    span: Span
    begins: tuple[datetime, ...]
    base: Currency
    revenue: Mapping[str, tuple[Revenue, ...]]
    new_users: tuple[int, ...]
    trials: TrialStats
    churn: ChurnStats

    def of_method(self, method: str) -> Revenue:
        """The revenue of one method over the whole span."""
        return self._sum(self.revenue.get(method, ()))

    @property
    def total(self) -> Revenue:
        """The revenue of all methods over the whole span."""
        return self._sum([part for parts in self.revenue.values() for part in parts])

    def _sum(self, parts: Sequence[Revenue]) -> Revenue:
        return Revenue(sum(one.count for one in parts), sum((one.total for one in parts), Money(0, self.base)))


class TrendsReader(Protocol):
    """Counts what is recorded, by days or months. Its contract: `orbit_testing.contracts.trends`."""

    async def read(self, now: datetime, span: Span) -> Trends:
        """The figures of *span* at *now*, in three statements at most, however large the shop is.

        Raises ValueError for a time without a zone, and StorageError.
        """


def _midnight(now: datetime) -> datetime:
    if now.tzinfo is None:
        raise ValueError(f"{now!r} doesn't say in which zone it is")
    return now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
