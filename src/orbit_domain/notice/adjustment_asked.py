"""The notice of an adjustment that waits for a second admin."""

from dataclasses import dataclass
from typing import ClassVar, Literal
from uuid import UUID

from orbit_domain.ids import TelegramId
from orbit_domain.notice.priority import Priority


@dataclass(frozen=True, slots=True)
class AdjustmentAsked:
    """For the other admins: *admin* asks to move so much on the customer's balance; negative: to take it off."""

    priority: ClassVar[Priority] = Priority.ALERT

    adjustment_id: UUID
    tg_id: int
    username: str | None
    change_kopecks: int
    admin: str
    reason: str
    kind: Literal["adjustment_asked"] = "adjustment_asked"

    def dedupe_key(self, tg_id: TelegramId) -> str:
        """The same for the same event and admin."""
        return f"asked:{self.adjustment_id}:{tg_id}"
