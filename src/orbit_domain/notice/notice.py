"""Facts that somebody is owed to hear. Words are chosen by whoever tells them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID


@dataclass(frozen=True, slots=True)
class OrderPaid:
    """The price has left the balance; the keys are being made. Sums in kopecks."""

    order_id: UUID
    plan_code: str
    titles: dict[str, str]
    price_kopecks: int
    balance_kopecks: int
    method: str
    ends_at: datetime
    kind: Literal["order_paid"] = "order_paid"


@dataclass(frozen=True, slots=True)
class KeyReady:
    """A key works (again): how to connect, and until when."""

    key_id: UUID
    name: str
    subscription_url: str
    ends_at: datetime
    is_new: bool
    kind: Literal["key_ready"] = "key_ready"


@dataclass(frozen=True, slots=True)
class PaymentShort:
    """Part of a payment has come; *missing_units* of the asset are left to send with the same comment."""

    payment_id: UUID
    asset: str
    received_units: int
    missing_units: int
    comment: str
    expires_at: datetime
    kind: Literal["payment_short"] = "payment_short"


@dataclass(frozen=True, slots=True)
class MoneyCredited:
    """Money is on the balance and waits there. *missing_kopecks* is what the order it was meant for still lacks."""

    credited_kopecks: int
    balance_kopecks: int
    order_id: UUID | None
    missing_kopecks: int
    kind: Literal["money_credited"] = "money_credited"


@dataclass(frozen=True, slots=True)
class PeriodEnding:
    """A reminder about the period that ends at *ends_at*; void when a newer period exists."""

    reminder: str
    ends_at: datetime
    plan_code: str | None
    kind: Literal["period_ending"] = "period_ending"


@dataclass(frozen=True, slots=True)
class UnmatchedMoney:
    """For the owner: money came that is nobody's yet."""

    ref: str
    asset: str
    units: int
    comment: str
    memo_result: str
    suggestion: str | None
    kind: Literal["unmatched_money"] = "unmatched_money"


@dataclass(frozen=True, slots=True)
class DeliveryDelayed:
    """For the owner: an order was paid ten minutes ago and still has no working key."""

    order_id: UUID
    tg_id: int
    paid_at: datetime
    reason: str
    kind: Literal["delivery_delayed"] = "delivery_delayed"


@dataclass(frozen=True, slots=True)
class ScanStopped:
    """For the owner: the history of an account can't be proved complete; money may be late, none is lost."""

    source: str
    alarm: str
    lt: int
    kind: Literal["scan_stopped"] = "scan_stopped"


Notice = (
    OrderPaid | KeyReady | PaymentShort | MoneyCredited | PeriodEnding | UnmatchedMoney | DeliveryDelayed | ScanStopped
)
