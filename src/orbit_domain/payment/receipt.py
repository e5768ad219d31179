"""An immutable fact: money that did arrive."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from hashlib import sha256
from typing import NewType

from orbit_domain.ids import PaymentId, TelegramId
from orbit_domain.money import Money

ReceiptCode = NewType("ReceiptCode", str)


class MemoResult(StrEnum):
    """What the comment said about whose money it is."""

    MATCHED = "matched"
    EXTRACTED = "extracted"
    MISSING = "missing"
    UNKNOWN = "unknown"
    GARBLED = "garbled"
    UNREADABLE = "unreadable"


@dataclass(frozen=True, slots=True)
class Receipt:
    """Money that arrived, keyed by (source, external id); never edited, never deleted.

    `source` is the provider or chain account, `external_id` its own name for the arrival.
    `occurred_at` is the provider's time, `seen_at` ours. Without `payment_id` it stands unmatched.
    """

    source: str
    external_id: str
    method: str
    amount: Money
    tg_id: TelegramId | None
    payment_id: PaymentId | None
    memo_result: MemoResult
    comment: str
    occurred_at: datetime
    seen_at: datetime

    @property
    def ref(self) -> str:
        """The name the ledger knows it by."""
        return f"{self.source}|{self.external_id}"


def receipt_code(ref: str) -> ReceiptCode:
    """A short form of the receipt's *ref*, for buttons: sixteen hex digits."""
    return ReceiptCode(sha256(ref.encode("utf-8", "replace")).hexdigest()[:16])
