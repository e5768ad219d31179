"""The notice of days that an admin has given."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar, Literal
from uuid import UUID

from orbit_domain.ids import TelegramId
from orbit_domain.notice.priority import Priority


@dataclass(frozen=True, slots=True)
class DaysGranted:
    """An admin has given so many days, and the time ends then."""

    priority: ClassVar[Priority] = Priority.MONEY

    request_id: UUID
    days: int
    ends_at: datetime
    reason: str
    kind: Literal["days_granted"] = "days_granted"

    def dedupe_key(self, tg_id: TelegramId) -> str:
        """The same for the same event."""
        return f"granted:{self.request_id}"
