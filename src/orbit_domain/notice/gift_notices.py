"""What people hear of gifts that others have taken, or given."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar, Literal
from uuid import UUID

from orbit_domain.ids import TelegramId
from orbit_domain.notice.priority import Priority


@dataclass(frozen=True, slots=True)
class GiftAccepted:
    """For the giver: somebody has taken the gift. *taker* is the name that Telegram says, or empty."""

    priority: ClassVar[Priority] = Priority.MONEY

    order_id: UUID
    plan_code: str
    titles: dict[str, str]
    taker: str
    kind: Literal["gift_accepted"] = "gift_accepted"

    def dedupe_key(self, tg_id: TelegramId) -> str:
        """The same for the same event."""
        return f"gift_accepted:{self.order_id}"


@dataclass(frozen=True, slots=True)
class GiftTakenBack:
    """For the taker: the gift's price went back to the giver, and its time is taken back. *is_over*: none is left."""

    priority: ClassVar[Priority] = Priority.MONEY

    order_id: UUID
    plan_code: str
    titles: dict[str, str]
    ends_at: datetime
    is_over: bool
    kind: Literal["gift_taken_back"] = "gift_taken_back"

    def dedupe_key(self, tg_id: TelegramId) -> str:
        """The same for the same event."""
        return f"gift_taken_back:{self.order_id}"


GiftNotice = GiftAccepted | GiftTakenBack
