"""Facts to be sent to a person. The adapter that sends them chooses the words.

Each notice knows its dedupe key, by which the outbox takes it once, and its priority. A field `…_kopecks` counts
smallest units of the shop's base currency, whichever that is: the name is in rows that are stored, so it stays.
"""

from dataclasses import dataclass, field
from datetime import datetime
from typing import ClassVar, Literal
from uuid import UUID

from orbit_domain.ids import TelegramId
from orbit_domain.notice.adjustment_asked import AdjustmentAsked
from orbit_domain.notice.announcement import BroadcastNotice
from orbit_domain.notice.backup_notices import BackupNotice
from orbit_domain.notice.balance_adjusted import BalanceAdjusted
from orbit_domain.notice.claim_notices import ClaimRejected
from orbit_domain.notice.days_granted import DaysGranted
from orbit_domain.notice.gift_notices import GiftNotice
from orbit_domain.notice.payout_notices import PayoutNotice
from orbit_domain.notice.priority import Priority
from orbit_domain.notice.promo_notices import PromoWithdrawn
from orbit_domain.notice.reader_notices import ReaderNotice
from orbit_domain.notice.referral_notices import ReferralReward
from orbit_domain.notice.renewal_notices import RenewalNotice
from orbit_domain.notice.reversal_notices import ReversalNotice
from orbit_domain.notice.shop_notices import StaffChatNotice
from orbit_domain.notice.suspicious_transfer import SuspiciousTransfer


@dataclass(frozen=True, slots=True)
class OrderPaid:
    """The price has left the balance; the keys are being made, or the link of a gift is ready.

    *payment_kopecks* is the part of the price that came with the payment, the rest was on the balance before. It is
    None in a stored notice: it is read when the notice is sent.
    """

    priority: ClassVar[Priority] = Priority.MONEY

    order_id: UUID
    plan_code: str
    titles: dict[str, str]
    price_kopecks: int
    balance_kopecks: int
    method: str
    ends_at: datetime
    payment_kopecks: int | None = None
    is_gift: bool = False
    kind: Literal["order_paid"] = "order_paid"

    def dedupe_key(self, tg_id: TelegramId) -> str:
        """The same for the same event."""
        return f"paid:{self.order_id}"


@dataclass(frozen=True, slots=True)
class OrderRefunded:
    """The price of an order is back on the balance, and its time is taken back. *is_over*: no time is left.

    Of a gift the time was the taker's, and `GiftTakenBack` says so there.
    """

    priority: ClassVar[Priority] = Priority.MONEY

    order_id: UUID
    plan_code: str
    titles: dict[str, str]
    price_kopecks: int
    balance_kopecks: int
    ends_at: datetime
    is_over: bool
    is_gift: bool = False
    kind: Literal["order_refunded"] = "order_refunded"

    def dedupe_key(self, tg_id: TelegramId) -> str:
        """The same for the same event."""
        return f"refunded:{self.order_id}"


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
class InvoiceChanged:
    """The message of an invoice isn't true any more. It is edited without a sound; what matters is told besides.

    *reason* is the payment's new status, or that its order was paid, or that another message took its place.
    """

    priority: ClassVar[Priority] = Priority.MONEY

    payment_id: UUID
    reason: str
    received_units: int = 0
    newer_message_id: int = 0
    kind: Literal["invoice_changed"] = "invoice_changed"

    def dedupe_key(self, tg_id: TelegramId) -> str:
        """The same for the same event."""
        return f"invoice:{self.payment_id}:{self.reason}:{self.received_units}:{self.newer_message_id}"


@dataclass(frozen=True, slots=True)
class MoneyCredited:
    """Money is on the balance and waits there. *missing_kopecks* is what the order it was meant for still lacks.

    The balance and what is missing are filled in when it is sent. *receipt_ref* names the newest receipt; it is
    empty in rows of older versions.
    """

    priority: ClassVar[Priority] = Priority.MONEY

    credited_kopecks: int
    balance_kopecks: int = 0
    order_id: UUID | None = None
    missing_kopecks: int = 0
    receipt_ref: str = ""
    kind: Literal["money_credited"] = "money_credited"

    def dedupe_key(self, tg_id: TelegramId) -> str:
        """The same for the same event."""
        return f"credited:{self.receipt_ref}"


@dataclass(frozen=True, slots=True)
class Renewal:
    """The current plan, sold once more: its price and the nonce of the button that buys it from the balance."""

    plan_code: str
    titles: dict[str, str]
    price_kopecks: int
    nonce: str


@dataclass(frozen=True, slots=True)
class PeriodEnding:
    """A reminder about the period that ends at *ends_at*; void when a newer period exists.

    *balance_kopecks* and *renewal* are None in a stored reminder: they are read when it is sent, like the *card* that
    is going to renew it, and whether it *auto_renews* from the balance. A plan that isn't sold any more, and the
    trial, have no renewal.
    """

    priority: ClassVar[Priority] = Priority.REMINDER

    reminder: str
    ends_at: datetime
    plan_code: str | None
    balance_kopecks: int | None = None
    renewal: Renewal | None = None
    card: str = ""
    auto_renews: bool = False
    kind: Literal["period_ending"] = "period_ending"

    def dedupe_key(self, tg_id: TelegramId) -> str:
        """The same for the same event."""
        return f"reminder:{self.reminder}:{tg_id}:{self.ends_at.isoformat()}"


@dataclass(frozen=True, slots=True)
class UnmatchedMoney:
    """For the owner: money arrived that has no owner yet.

    *suggestion* is the comment that was probably meant; *payment_id* and the customer are those of that comment.
    """

    priority: ClassVar[Priority] = Priority.ALERT

    ref: str
    asset: str
    units: int
    comment: str
    memo_result: str
    suggestion: str | None
    payment_id: UUID | None = None
    tg_id: int | None = None
    username: str | None = None
    kind: Literal["unmatched_money"] = "unmatched_money"

    def dedupe_key(self, tg_id: TelegramId) -> str:
        """The same for the same event."""
        return f"unmatched:{self.ref}"


@dataclass(frozen=True, slots=True)
class KeyDelayed:
    """For the customer: what was bought has no working key yet; void once it has one.

    *is_renewal*: the customer has a key already, which still has its old end.
    """

    priority: ClassVar[Priority] = Priority.MONEY

    order_id: UUID
    plan_code: str
    titles: dict[str, str]
    is_renewal: bool
    kind: Literal["key_delayed"] = "key_delayed"

    def dedupe_key(self, tg_id: TelegramId) -> str:
        """The same for the same event."""
        return f"key_delayed:{self.order_id}"


@dataclass(frozen=True, slots=True)
class DeliveryDelayed:
    """For the owner: an order was paid ten minutes ago and still has no working key.

    *reason* is the last error of the key as it is recorded. Rows of older versions don't name plan and customer.
    """

    priority: ClassVar[Priority] = Priority.ALERT

    order_id: UUID
    tg_id: int
    paid_at: datetime
    reason: str
    plan_code: str = ""
    titles: dict[str, str] = field(default_factory=dict)
    username: str | None = None
    kind: Literal["delivery_delayed"] = "delivery_delayed"

    def dedupe_key(self, tg_id: TelegramId) -> str:
        """The same for the same event."""
        return f"delayed:{self.order_id}"


@dataclass(frozen=True, slots=True)
class ScanStopped:
    """For the owner: the history of a source can't be proved complete; money may be late, none is lost.

    Rows of older versions have *lt* in place of *position*.
    """

    priority: ClassVar[Priority] = Priority.ALERT

    source: str
    alarm: str
    lt: int = 0
    position: str = ""
    kind: Literal["scan_stopped"] = "scan_stopped"

    def dedupe_key(self, tg_id: TelegramId) -> str:
        """The same for the same event."""
        return f"scan:{self.source}:{self.alarm}:{self.position or self.lt}"


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


@dataclass(frozen=True, slots=True)
class ArrivedTransfer:
    """What is known of the transfer that a customer claims. *others* is how many other claims on it are open.

    *fits_kopecks* is the customer's own request that it pays exactly, and *plan_code* what it was for; None: none.
    """

    ref: str
    asset: str
    units: int
    occurred_at: datetime
    sender: str | None
    comment: str
    others: int
    fits_kopecks: int | None
    plan_code: str
    titles: dict[str, str]


@dataclass(frozen=True, slots=True)
class ReceiptClaimed:
    """For the owner: a customer says that a transfer is theirs. *transfer* is None while none of that name is there.

    Void once the claim is decided.
    """

    priority: ClassVar[Priority] = Priority.ALERT

    claim_id: UUID
    tg_id: int
    username: str | None
    typed: str
    transfer: ArrivedTransfer | None
    kind: Literal["receipt_claimed"] = "receipt_claimed"

    def dedupe_key(self, tg_id: TelegramId) -> str:
        """The same for the same event."""
        return f"claimed:{self.claim_id}:{self.transfer.ref if self.transfer else ''}"


Notice = (
    OrderPaid
    | OrderRefunded
    | BalanceAdjusted
    | DaysGranted
    | AdjustmentAsked
    | KeyReady
    | PaymentShort
    | InvoiceChanged
    | MoneyCredited
    | PeriodEnding
    | UnmatchedMoney
    | KeyDelayed
    | DeliveryDelayed
    | ScanStopped
    | SuspiciousTransfer
    | SettlementFailing
    | BackupNotice
    | ReaderNotice
    | MoneyUpdateReceived
    | PayoutNotice
    | ReceiptClaimed
    | ClaimRejected
    | BroadcastNotice
    | ReversalNotice
    | StaffChatNotice
    | RenewalNotice
    | PromoWithdrawn
    | ReferralReward
    | GiftNotice
)
