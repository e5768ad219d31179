"""The notice of forged payments, and of changes that nobody here has ordered."""

from dataclasses import dataclass
from typing import ClassVar, Literal

from orbit_domain.ids import TelegramId
from orbit_domain.notice.priority import Priority


@dataclass(frozen=True, slots=True)
class SuspiciousTransfer:
    """For the owner: someone pretends that money came in, or what the shop holds was changed behind its back.

    *event* is the kind of the record, *units* of *asset* what it speaks of; nothing was booked. Anyone can forge as
    much as they like, so a source tells of forgeries once a *day*, which is empty for everything else.
    """

    priority: ClassVar[Priority] = Priority.ALERT

    source: str
    external_id: str
    event: str
    asset: str
    units: int
    day: str
    kind: Literal["suspicious_transfer"] = "suspicious_transfer"

    def dedupe_key(self, tg_id: TelegramId) -> str:
        """The same for the same event."""
        return f"suspicious:{self.source}:{self.event}:{self.day or self.external_id}"
