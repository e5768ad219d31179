"""Names of things, each of its own type, and the port that invents new ones."""

from typing import NewType, Protocol
from uuid import UUID

TelegramId = NewType("TelegramId", int)
PlanCode = NewType("PlanCode", str)
OrderId = NewType("OrderId", UUID)
PaymentId = NewType("PaymentId", UUID)
KeyId = NewType("KeyId", UUID)
ClaimId = NewType("ClaimId", UUID)
PayoutId = NewType("PayoutId", UUID)
BroadcastId = NewType("BroadcastId", UUID)
CaseId = NewType("CaseId", UUID)
PanelId = NewType("PanelId", str)
Nonce = NewType("Nonce", str)
PromoCode = NewType("PromoCode", str)
GiftCode = NewType("GiftCode", str)
"""What the link of a gift carries: whoever has it may take the gift, so it is kept sealed and never logged."""


class Ids(Protocol):
    """Invents what must be unique or unguessable."""

    def uuid(self) -> UUID:
        """A new identifier; later ones sort after earlier ones."""

    def secret(self) -> UUID:
        """A random identifier that reveals nothing of when or for whom it was made."""

    def bits(self, count: int) -> int:
        """*count* random bits as a non-negative integer, from an unpredictable source."""
