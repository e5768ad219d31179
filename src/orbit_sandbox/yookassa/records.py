"""What the simulated YooKassa stores: payments, refunds, and the first answer to each key."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any


class BankAnswer(StrEnum):
    """What the bank does when a saved card is charged without its customer."""

    PAYS = "pays"
    DECLINES = "declines"
    WANTS_CUSTOMER = "wants_customer"
    REVOKES = "revokes"
    THINKS = "thinks"


@dataclass(slots=True)
class SimPayment:
    """A payment. `units` are hundredths of its currency; `status` is YooKassa's word.

    `saves_method`: whoever pays lets the shop charge the same card again. `wants_customer`: it is confirmed on a page.
    """

    id: str
    units: int
    currency: str
    description: str
    metadata: Mapping[str, Any]
    created_at: datetime
    is_test: bool
    status: str = "pending"
    way: str = "bank_card"
    captured_at: datetime | None = None
    returned_units: int = 0
    saves_method: bool = False
    cancelled_for: str = "general_decline"
    wants_customer: bool = True


@dataclass(slots=True)
class SimRefund:
    """Money that goes back to whoever paid."""

    id: str
    payment_id: str
    units: int
    currency: str
    description: str
    created_at: datetime
    status: str


@dataclass(frozen=True, slots=True)
class RememberedCall:
    """A call under an idempotency key: when, what was asked, and which object it made."""

    at: datetime
    fingerprint: str
    result: str
