"""Facts to be sent to a person. The adapter that sends them chooses the words.

Each notice knows its dedupe key, by which the outbox takes it once, and its priority.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum
from typing import ClassVar, Literal
from uuid import UUID

from orbit_domain.ids import TelegramId


class Priority(IntEnum):
    """What is sent first when several notices wait: the smaller number."""

    MONEY = 0
    ALERT = 1
    REMINDER = 2
    SET_ASIDE = 9
    """No notice's own: what one becomes when it fails by its own fault, so that it holds up no other."""


@dataclass(frozen=True, slots=True)
class OrderPaid:
    """The price has left the balance; the keys are being made. Sums in kopecks."""

    priority: ClassVar[Priority] = Priority.MONEY

    order_id: UUID
    plan_code: str
    titles: dict[str, str]
    price_kopecks: int
    balance_kopecks: int
    method: str
    ends_at: datetime
    kind: Literal["order_paid"] = "order_paid"

    def dedupe_key(self, tg_id: TelegramId) -> str:
        """The same for the same event."""
        return f"paid:{self.order_id}"


@dataclass(frozen=True, slots=True)
class KeyReady:
    """A key works (again): how to connect, and until when. *revision* is 0 in rows of older versions."""

    priority: ClassVar[Priority] = Priority.MONEY

    key_id: UUID
    name: str
    subscription_url: str
    ends_at: datetime
    is_new: bool
    revision: int = 0
    kind: Literal["key_ready"] = "key_ready"

    def dedupe_key(self, tg_id: TelegramId) -> str:
        """The same for the same event."""
        return f"key:{self.key_id}:{self.revision}"


@dataclass(frozen=True, slots=True)
class PaymentShort:
    """Part of a payment has come; *missing_units* of the asset are left to send with the same comment."""

    priority: ClassVar[Priority] = Priority.MONEY

    payment_id: UUID
    asset: str
    received_units: int
    missing_units: int
    comment: str
    expires_at: datetime
    kind: Literal["payment_short"] = "payment_short"

    def dedupe_key(self, tg_id: TelegramId) -> str:
        """The same for the same event."""
        return f"short:{self.payment_id}:{self.received_units}"


@dataclass(frozen=True, slots=True)
class MoneyCredited:
    """Money is on the balance and waits there. *missing_kopecks* is what the order it was meant for still lacks.

    *receipt_ref* names the newest receipt; it is empty in rows of older versions.
    """

    priority: ClassVar[Priority] = Priority.MONEY

    credited_kopecks: int
    balance_kopecks: int
    order_id: UUID | None
    missing_kopecks: int
    receipt_ref: str = ""
    kind: Literal["money_credited"] = "money_credited"

    def dedupe_key(self, tg_id: TelegramId) -> str:
        """The same for the same event."""
        return f"credited:{self.receipt_ref}"


@dataclass(frozen=True, slots=True)
class PeriodEnding:
    """A reminder about the period that ends at *ends_at*; void when a newer period exists."""

    priority: ClassVar[Priority] = Priority.REMINDER

    reminder: str
    ends_at: datetime
    plan_code: str | None
    kind: Literal["period_ending"] = "period_ending"

    def dedupe_key(self, tg_id: TelegramId) -> str:
        """The same for the same event."""
        return f"reminder:{self.reminder}:{tg_id}:{self.ends_at.isoformat()}"


@dataclass(frozen=True, slots=True)
class UnmatchedMoney:
    """For the owner: money arrived that has no owner yet."""

    priority: ClassVar[Priority] = Priority.ALERT

    ref: str
    asset: str
    units: int
    comment: str
    memo_result: str
    suggestion: str | None
    kind: Literal["unmatched_money"] = "unmatched_money"

    def dedupe_key(self, tg_id: TelegramId) -> str:
        """The same for the same event."""
        return f"unmatched:{self.ref}"


@dataclass(frozen=True, slots=True)
class DeliveryDelayed:
    """For the owner: an order was paid ten minutes ago and still has no working key."""

    priority: ClassVar[Priority] = Priority.ALERT

    order_id: UUID
    tg_id: int
    paid_at: datetime
    reason: str
    kind: Literal["delivery_delayed"] = "delivery_delayed"

    def dedupe_key(self, tg_id: TelegramId) -> str:
        """The same for the same event."""
        return f"delayed:{self.order_id}"


@dataclass(frozen=True, slots=True)
class ScanStopped:
    """For the owner: the history of an account can't be proved complete; money may be late, none is lost."""

    priority: ClassVar[Priority] = Priority.ALERT

    source: str
    alarm: str
    lt: int
    kind: Literal["scan_stopped"] = "scan_stopped"

    def dedupe_key(self, tg_id: TelegramId) -> str:
        """The same for the same event."""
        return f"scan:{self.source}:{self.alarm}:{self.lt}"


@dataclass(frozen=True, slots=True)
class SettlementFailing:
    """For the owner: what arrived for a payment can't be credited yet. It stays in the ledger and is tried again."""

    priority: ClassVar[Priority] = Priority.ALERT

    payment_id: UUID
    tg_id: int
    reason: str
    kind: Literal["settlement_failing"] = "settlement_failing"

    def dedupe_key(self, tg_id: TelegramId) -> str:
        """The same for the same event."""
        return f"settlement:{self.payment_id}"


@dataclass(frozen=True, slots=True)
class MoneyUpdateReceived:
    """For the owner: a messenger says that money has moved. It is stored raw in the inbox, nothing is credited.

    *units* are the smallest units of *asset*.
    """

    priority: ClassVar[Priority] = Priority.ALERT

    source: str
    external_id: str
    event: str
    sender_id: int | None
    asset: str
    units: int
    kind: Literal["money_update_received"] = "money_update_received"

    def dedupe_key(self, tg_id: TelegramId) -> str:
        """The same for the same event."""
        return f"inbox:{self.source}:{self.external_id}"


Notice = (
    OrderPaid
    | KeyReady
    | PaymentShort
    | MoneyCredited
    | PeriodEnding
    | UnmatchedMoney
    | DeliveryDelayed
    | ScanStopped
    | SettlementFailing
    | MoneyUpdateReceived
)
