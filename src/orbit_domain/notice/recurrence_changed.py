"""What is told of payments that repeat."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar, Literal
from uuid import UUID

from orbit_domain.ids import TelegramId
from orbit_domain.notice.priority import Priority


@dataclass(frozen=True, slots=True)
class RecurrenceChanged:
    """The messenger charges the customer again, doesn't any more, or couldn't.

    *state* is `active`, `canceled` or `failed`. *ends_at* is when the customer's time ends; None when it is over.
    *update_id* names the update that said so.
    """

    priority: ClassVar[Priority] = Priority.MONEY

    payment_id: UUID
    update_id: str
    state: str
    ends_at: datetime | None
    kind: Literal["recurrence_changed"] = "recurrence_changed"

    def dedupe_key(self, tg_id: TelegramId) -> str:
        """The same for the same event."""
        return f"recurrence:{self.payment_id}:{self.update_id}"
