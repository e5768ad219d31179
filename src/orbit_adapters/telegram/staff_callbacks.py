"""Callback data of the staff's buttons. The rules of `callbacks` hold here too.

What a button does is decided by the role of whoever taps it, at the moment of the tap.
"""

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from orbit_adapters.telegram.callback_data import Callback
from orbit_domain.ids import OrderId, TelegramId
from orbit_domain.payment.receipt import ReceiptCode
from orbit_domain.stats import Span
from orbit_domain.use_cases.staff_action import StaffAction
from orbit_domain.user.user import Role


@dataclass(frozen=True, slots=True)
class SeeAdmin(Callback):
    """Show the staff's menu."""

    word: ClassVar[str] = "admin"


@dataclass(frozen=True, slots=True)
class SeeHealth(Callback):
    """Ask every part of the shop how it is."""

    word: ClassVar[str] = "health"


@dataclass(frozen=True, slots=True)
class SeeMetrics(Callback):
    """Show what the bot's process has counted."""

    word: ClassVar[str] = "metrics"


@dataclass(frozen=True, slots=True)
class AskSearch(Callback):
    """Ask for what names a customer, which is then typed."""

    word: ClassVar[str] = "find"


@dataclass(frozen=True, slots=True)
class SeeCustomer(Callback):
    """Show this customer's card."""

    customer: TelegramId
    word: ClassVar[str] = "card_of"


@dataclass(frozen=True, slots=True)
class SeeStory(Callback):
    """Show a page of what happened to this customer."""

    customer: TelegramId
    page: int
    word: ClassVar[str] = "story"


@dataclass(frozen=True, slots=True)
class BeginStaffAction(Callback):
    """Begin something with this customer."""

    action: StaffAction
    customer: TelegramId
    word: ClassVar[str] = "action"


@dataclass(frozen=True, slots=True)
class BeginRefund(Callback):
    """Begin the refund of this order of this customer."""

    customer: TelegramId
    order: OrderId
    word: ClassVar[str] = "unpay"


@dataclass(frozen=True, slots=True)
class ConfirmStaffAction(Callback):
    """Do what the open draft of that number says."""

    request: UUID
    word: ClassVar[str] = "do"


@dataclass(frozen=True, slots=True)
class RetryDelivery(Callback):
    """Try again at once what this customer waits for."""

    customer: TelegramId
    word: ClassVar[str] = "retry"


@dataclass(frozen=True, slots=True)
class SeeNameless(Callback):
    """Show a page of the money without an owner."""

    page: int
    word: ClassVar[str] = "nameless"


@dataclass(frozen=True, slots=True)
class AskWhose(Callback):
    """Ask whose this unmatched receipt is; the answer is typed."""

    receipt: ReceiptCode
    word: ClassVar[str] = "whose"


@dataclass(frozen=True, slots=True)
class AssignTo(Callback):
    """Give this unmatched receipt to this customer."""

    receipt: ReceiptCode
    customer: TelegramId
    word: ClassVar[str] = "give_to"


@dataclass(frozen=True, slots=True)
class SeeWaiting(Callback):
    """Show a page of the orders that are paid and not delivered."""

    page: int
    word: ClassVar[str] = "waiting"


@dataclass(frozen=True, slots=True)
class SeeAdjustments(Callback):
    """Show what waits for a second admin."""

    word: ClassVar[str] = "adjusts"


@dataclass(frozen=True, slots=True)
class ConfirmAdjustment(Callback):
    """Agree with this adjustment."""

    request: UUID
    word: ClassVar[str] = "agree"


@dataclass(frozen=True, slots=True)
class RejectAdjustment(Callback):
    """Reject this adjustment."""

    request: UUID
    word: ClassVar[str] = "refuse"


@dataclass(frozen=True, slots=True)
class SeeAudit(Callback):
    """Show a page of what the staff did."""

    page: int
    word: ClassVar[str] = "audit"


@dataclass(frozen=True, slots=True)
class SeeStats(Callback):
    """Show the statistics."""

    word: ClassVar[str] = "stats"


@dataclass(frozen=True, slots=True)
class SeeTrends(Callback):
    """Show how the shop went over that span, with a picture."""

    span: Span
    word: ClassVar[str] = "trends"


@dataclass(frozen=True, slots=True)
class SeeStaff(Callback):
    """Show everyone with a role."""

    word: ClassVar[str] = "staff"


@dataclass(frozen=True, slots=True)
class AskPerson(Callback):
    """Ask who is to get a role; the answer is typed."""

    word: ClassVar[str] = "hire"


@dataclass(frozen=True, slots=True)
class SeePerson(Callback):
    """Show the roles that this user may be given."""

    person: TelegramId
    word: ClassVar[str] = "person"


@dataclass(frozen=True, slots=True)
class GiveRole(Callback):
    """Give this user that role."""

    person: TelegramId
    role: Role
    word: ClassVar[str] = "role"
