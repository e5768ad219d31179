"""The notice of money that an admin has moved by hand."""

from dataclasses import dataclass
from typing import ClassVar, Literal
from uuid import UUID

from orbit_domain.ids import TelegramId
from orbit_domain.notice.priority import Priority


@dataclass(frozen=True, slots=True)
class BalanceAdjusted:
    """An admin has put so much on the balance, or has taken it off: then *change_kopecks* is negative."""

    priority: ClassVar[Priority] = Priority.MONEY

    adjustment_id: UUID
    change_kopecks: int
    balance_kopecks: int
    reason: str
    kind: Literal["balance_adjusted"] = "balance_adjusted"

    def dedupe_key(self, tg_id: TelegramId) -> str:
        """The same for the same event."""
        return f"adjusted:{self.adjustment_id}"
