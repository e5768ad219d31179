"""The shop in figures, for those who run it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Protocol, Self

from orbit_domain.ids import PanelId
from orbit_domain.money import Money

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Windows:
    """Where today, the week and the month begin: whole days of UTC, today among them, so each holds the one before."""

    today: datetime
    week: datetime
    month: datetime

    @classmethod
    def at(cls, now: datetime) -> Self:
        """The windows of one, seven and thirty days that end at *now*. Raises ValueError for a time without a zone."""
        if now.tzinfo is None:
            raise ValueError(f"{now!r} doesn't say in which zone it is")
        today = now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
        return cls(today, today - 6 * _DAY, today - 29 * _DAY)


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
