"""Notices of money that has gone back at a provider without a command of the owner."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar, Literal

from orbit_domain.ids import TelegramId
from orbit_domain.notice.priority import Priority


@dataclass(frozen=True, slots=True)
class MoneyReversed:
    """For the owner: a provider's list shows that money has gone back, and it is booked.

    *units* of *asset* had given *value_kopecks* to the customer, if they were anybody's; *owed_kopecks* is what the
    customer owes now. *stopped* orders were taken back. *shortened* ones had been joined by a change of plan: time of
    the same worth was taken back.
    """

    priority: ClassVar[Priority] = Priority.ALERT

    source: str
    external_id: str
    method: str
    asset: str
    units: int
    tg_id: int | None
    username: str | None
    value_kopecks: int
    owed_kopecks: int
    stopped: int
    shortened: int
    kind: Literal["money_reversed"] = "money_reversed"

    def dedupe_key(self, tg_id: TelegramId) -> str:
        """The same for the same event."""
        return f"reversed:{self.source}:{self.external_id}"


@dataclass(frozen=True, slots=True)
class MoneyTakenBack:
    """For the customer: a payment went back, so its value is off the balance, and what it bought may have ended.

    *ends_at* is when the time ends now; None: there never was any.
    """

    priority: ClassVar[Priority] = Priority.MONEY

    source: str
    external_id: str
    method: str
    value_kopecks: int
    owed_kopecks: int
    balance_kopecks: int
    stopped: int
    ends_at: datetime | None
    is_over: bool
    kind: Literal["money_taken_back"] = "money_taken_back"

    def dedupe_key(self, tg_id: TelegramId) -> str:
        """The same for the same event."""
        return f"taken_back:{self.source}:{self.external_id}"


ReversalNotice = MoneyReversed | MoneyTakenBack
"""Both."""
