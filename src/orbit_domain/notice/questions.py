"""What customer and owner write to each other through the bot."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar, Literal
from uuid import UUID

from orbit_domain.ids import TelegramId
from orbit_domain.notice.priority import Priority


def questions_of(tg_id: TelegramId) -> str:
    """How the dedupe keys of a customer's questions begin, and no others."""
    return f"wrote:{tg_id}:"


@dataclass(frozen=True, slots=True)
class CustomerWrote:
    """For the owner: what a customer asks. *hour_at* and *number* name it: a few an hour are passed on."""

    priority: ClassVar[Priority] = Priority.ALERT

    tg_id: int
    username: str | None
    text: str
    hour_at: datetime
    number: int
    kind: Literal["customer_wrote"] = "customer_wrote"

    def dedupe_key(self, tg_id: TelegramId) -> str:
        """The same for the same event."""
        return f"{questions_of(TelegramId(self.tg_id))}{self.hour_at.isoformat()}:{self.number}"


@dataclass(frozen=True, slots=True)
class OwnerAnswered:
    """For the customer: the answer of the shop to what they asked."""

    priority: ClassVar[Priority] = Priority.MONEY

    answer_id: UUID
    text: str
    kind: Literal["owner_answered"] = "owner_answered"

    def dedupe_key(self, tg_id: TelegramId) -> str:
        """The same for the same event."""
        return f"answered:{self.answer_id}"


QuestionNotice = CustomerWrote | OwnerAnswered
