"""What customers hear of the codes that they have entered."""

from dataclasses import dataclass
from typing import ClassVar, Literal
from uuid import UUID

from orbit_domain.ids import TelegramId
from orbit_domain.notice.priority import Priority


@dataclass(frozen=True, slots=True)
class PromoWithdrawn:
    """The money of an order came after its code had ended: the order costs *price_kopecks* now, and isn't paid.

    *reason* is a `PromoProblem`. Void once the order isn't open.
    """

    priority: ClassVar[Priority] = Priority.MONEY

    order_id: UUID
    code: str
    reason: str
    price_kopecks: int
    kind: Literal["promo_withdrawn"] = "promo_withdrawn"

    def dedupe_key(self, tg_id: TelegramId) -> str:
        """The same for the same event."""
        return f"promo_withdrawn:{self.order_id}:{self.code}"
