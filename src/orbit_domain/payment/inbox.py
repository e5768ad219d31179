"""News of money, stored as it came before its sender learns that it has arrived."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from orbit_domain.ids import TelegramId
from orbit_domain.payment.recurrence import RecurrenceState


class MoneyEvent(StrEnum):
    """What the sender says has happened."""

    PAID = "paid"
    REFUNDED = "refunded"
    GIFT = "gift"
    RECURRENCE = "recurrence"


@dataclass(frozen=True, slots=True)
class MoneyUpdate:
    """An update that speaks of money, identified by (source, external id).

    `payload` is the whole update as JSON text. The other fields are what it claims, to be shown: nothing is booked
    from them. `units` are the smallest units of `asset`, 0 when the update doesn't say. `invoice_id` is the name of
    the request that was paid, None when the update doesn't say. `recurrence` is what it says of repeated charges.
    """

    source: str
    external_id: str
    event: MoneyEvent
    sender: TelegramId | None
    asset: str
    units: int
    payload: str
    invoice_id: str | None = None
    recurrence: RecurrenceState | None = None


@dataclass(frozen=True, slots=True)
class InboxEntry:
    """What was stored, and when. Append-only; of an old one the payload is forgotten (`OldData.MONEY_UPDATES`)."""

    source: str
    external_id: str
    payload: str
    received_at: datetime


class Inbox(Protocol):
    """Updates that speak of money, one row for each (source, external id), never changed."""

    async def add(self, entry: InboxEntry) -> bool:
        """Record *entry*. False when its (source, external id) is recorded already; the first payload stays."""

    async def get(self, source: str, external_id: str) -> InboxEntry | None:
        """The entry of that key."""

    async def newest(self, limit: int) -> tuple[InboxEntry, ...]:
        """The newest entries by (received_at, source, external_id), newest first."""
