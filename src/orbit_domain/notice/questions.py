"""What customers and the shop write to each other through the bot."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import ClassVar, Literal
from uuid import UUID

from orbit_domain.ids import TelegramId
from orbit_domain.notice.priority import Priority


def questions_of(tg_id: TelegramId) -> str:
    """How the dedupe keys of a customer's questions begin, and no others."""
    return f"wrote:{tg_id}:"


@dataclass(frozen=True, slots=True)
class PaymentSeen:
    """A request for money that the customer may mean."""

    method: str
    asset: str
    units: int
    status: str
    comment: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class MoneySeen:
    """Money without an owner, near what a request asked for."""

    asset: str
    units: int
    comment: str
    occurred_at: datetime


@dataclass(frozen=True, slots=True)
class PaymentFacts:
    """What the shop knows of money that a customer misses."""

    payments: tuple[PaymentSeen, ...] = ()
    nearby: tuple[MoneySeen, ...] = ()


@dataclass(frozen=True, slots=True)
class CustomerWrote:
    """For the staff: what a customer asks. *hour_at* and *number* name it: a few an hour are passed on.

    *case_id* is None in rows of older versions. *is_payment*: money is missed; *facts* of it, and the *topic_id* of
    this customer in the forum *topic_chat_id*, are read when it is sent.
    """

    priority: ClassVar[Priority] = Priority.ALERT

    tg_id: int
    username: str | None
    text: str
    hour_at: datetime
    number: int
    case_id: UUID | None = None
    is_payment: bool = False
    facts: PaymentFacts = field(default_factory=PaymentFacts)
    topic_chat_id: int | None = None
    topic_id: int | None = None
    kind: Literal["customer_wrote"] = "customer_wrote"

    def dedupe_key(self, tg_id: TelegramId) -> str:
        """The same for the same event."""
        return f"{questions_of(TelegramId(self.tg_id))}{self.hour_at.isoformat()}:{self.number}"


@dataclass(frozen=True, slots=True)
class OwnerAnswered:
    """For the customer: the answer of the shop to what they asked. *case_id* is None in rows of older versions."""

    priority: ClassVar[Priority] = Priority.MONEY

    answer_id: UUID
    text: str
    case_id: UUID | None = None
    kind: Literal["owner_answered"] = "owner_answered"

    def dedupe_key(self, tg_id: TelegramId) -> str:
        """The same for the same event."""
        return f"answered:{self.answer_id}"


QuestionNotice = CustomerWrote | OwnerAnswered
