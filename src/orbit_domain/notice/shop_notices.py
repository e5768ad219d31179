"""What the staff hears of the shop: what happens, a day in figures, and a chat that can't be written to any more."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar, Literal
from uuid import UUID

from orbit_domain.ids import TelegramId
from orbit_domain.notice.priority import Priority
from orbit_domain.notice.questions import QuestionNotice


@dataclass(frozen=True, slots=True)
class OrderHappened:
    """A plan was bought, or a trial began. *price_kopecks* is what was paid."""

    priority: ClassVar[Priority] = Priority.EVENT

    order_id: UUID
    tg_id: int
    username: str | None
    plan_code: str
    titles: dict[str, str]
    price_kopecks: int
    is_trial: bool
    happened_at: datetime
    kind: Literal["order_happened"] = "order_happened"

    def dedupe_key(self, tg_id: TelegramId) -> str:
        """The same for the same event."""
        return f"event:order:{self.order_id}"


@dataclass(frozen=True, slots=True)
class StaffActed:
    """One of the staff did something. *subject* and *reason* are as in the log; *customer* is whom it is about."""

    priority: ClassVar[Priority] = Priority.EVENT

    action_id: UUID
    actor: str
    username: str | None
    action: str
    subject: str
    customer: int | None
    reason: str
    happened_at: datetime
    kind: Literal["staff_acted"] = "staff_acted"

    def dedupe_key(self, tg_id: TelegramId) -> str:
        """The same for the same event."""
        return f"event:action:{self.action_id}"


@dataclass(frozen=True, slots=True)
class MethodTotal:
    """What arrived in a day by one method, in one asset."""

    method: str
    asset: str
    count: int
    units: int


@dataclass(frozen=True, slots=True)
class DaySummary:
    """The day that ended: what it brought, and what waits for a person now."""

    priority: ClassVar[Priority] = Priority.EVENT

    day_at: datetime
    new_users: int
    trials: int
    sales: int
    renewals: int
    sales_kopecks: int
    arrived: tuple[MethodTotal, ...]
    unmatched: int
    undelivered: int
    open_cases: int
    kind: Literal["day_summary"] = "day_summary"

    def dedupe_key(self, tg_id: TelegramId) -> str:
        """The same for the same event."""
        return f"summary:{self.day_at:%Y-%m-%d}"


@dataclass(frozen=True, slots=True)
class ShopChatLost:
    """For the owner: the chat for *purpose* can't be written to; what was meant for it comes to the owner."""

    priority: ClassVar[Priority] = Priority.ALERT

    purpose: str
    title: str
    lost_at: datetime
    kind: Literal["shop_chat_lost"] = "shop_chat_lost"

    def dedupe_key(self, tg_id: TelegramId) -> str:
        """The same for the same event."""
        return f"chat_lost:{self.purpose}:{self.lost_at.isoformat()}"


ShopNotice = OrderHappened | StaffActed | DaySummary | ShopChatLost
StaffChatNotice = ShopNotice | QuestionNotice
