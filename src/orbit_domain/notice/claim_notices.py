"""What customers hear of the transfers that they claim."""

from dataclasses import dataclass
from typing import ClassVar, Literal
from uuid import UUID

from orbit_domain.ids import TelegramId
from orbit_domain.notice.priority import Priority


@dataclass(frozen=True, slots=True)
class ClaimRejected:
    """For the customer: the owner didn't find that the transfer is theirs."""

    priority: ClassVar[Priority] = Priority.MONEY

    claim_id: UUID
    typed: str
    kind: Literal["claim_rejected"] = "claim_rejected"

    def dedupe_key(self, tg_id: TelegramId) -> str:
        """The same for the same event."""
        return f"claim_rejected:{self.claim_id}"
