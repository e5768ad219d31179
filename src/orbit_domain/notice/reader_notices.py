"""What the owner is told of the two readers of a source."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar, Literal

from orbit_domain.ids import TelegramId
from orbit_domain.notice.priority import Priority


@dataclass(frozen=True, slots=True)
class MoneyUnconfirmed:
    """For the owner: money arrived that two readers don't show alike. It is booked, and buys nothing until they do.

    *units* of *asset* are what was read, *verdict* is `differs` or `silent`. *reader* is the one that doesn't agree,
    *shown_units* what it shows instead; None: nothing.
    """

    priority: ClassVar[Priority] = Priority.ALERT

    ref: str
    tg_id: int
    asset: str
    units: int
    verdict: str
    reader: str
    shown_units: int | None = None
    kind: Literal["money_unconfirmed"] = "money_unconfirmed"

    def dedupe_key(self, tg_id: TelegramId) -> str:
        """The same for the same event."""
        return f"unconfirmed:{self.verdict}:{self.ref}"


@dataclass(frozen=True, slots=True)
class ReaderChanged:
    """For the owner: a source is read by the second reader, as *reader* is down; or by *reader* again (*is_back*).

    *down_at* is when it was first found down.
    """

    priority: ClassVar[Priority] = Priority.ALERT

    source: str
    reader: str
    down_at: datetime
    is_back: bool
    kind: Literal["reader_changed"] = "reader_changed"

    def dedupe_key(self, tg_id: TelegramId) -> str:
        """The same for the same event: each process finds the outage some seconds apart."""
        return f"reader:{self.source}:{self.down_at:%Y-%m-%dT%H}:{self.is_back}"


ReaderNotice = MoneyUnconfirmed | ReaderChanged
