"""What the simulated Crypto Pay stores: invoices, and the events that tell the shop of them."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any


@dataclass(slots=True)
class CryptoInvoice:
    """An invoice over `amount`, a decimal, in `fiat`, or else in the coin `asset`. `payload` is for the app alone.

    `paid` holds the fields that an invoice has once it is paid; `comment` is what the payer wrote.
    """

    id: int
    hash: str
    amount: str
    fiat: str | None
    asset: str | None
    payload: str | None
    description: str | None
    created_at: datetime
    expires_at: datetime | None
    paid_at: datetime | None = None
    paid: dict[str, Any] = field(default_factory=dict)
    comment: str | None = None

    def status(self, now: datetime) -> str:
        """`active`, `paid` or `expired`."""
        if self.paid_at is not None:
            return "paid"
        return "expired" if self.expires_at is not None and now > self.expires_at else "active"
