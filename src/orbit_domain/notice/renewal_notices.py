"""Notices of what renews by itself, by a kept card or in the messenger, for the customer."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar, Literal
from uuid import UUID

from orbit_domain.ids import TelegramId
from orbit_domain.notice.priority import Priority


@dataclass(frozen=True, slots=True)
class CardKept:
    """The subscription renews by itself from now on. *limit_kopecks* is the most that is taken for one period."""

    priority: ClassVar[Priority] = Priority.MONEY

    payment_id: UUID
    card: str
    limit_kopecks: int
    kind: Literal["card_kept"] = "card_kept"

    def dedupe_key(self, tg_id: TelegramId) -> str:
        """The same for the same event."""
        return f"card_kept:{self.payment_id}"


@dataclass(frozen=True, slots=True)
class CardNotCharged:
    """The card didn't renew the subscription: the customer may pay by hand.

    *reason*: `declined`, `revoked`, `unknown` (the provider never said), or `price`: it is above what was agreed to,
    so there is no order. The card is forgotten after `revoked` and `price`. *payment_id* is the charge, or the payment
    that had kept the card.
    """

    priority: ClassVar[Priority] = Priority.MONEY

    payment_id: UUID
    order_id: UUID | None
    card: str
    price_kopecks: int
    reason: str
    kind: Literal["card_not_charged"] = "card_not_charged"

    def dedupe_key(self, tg_id: TelegramId) -> str:
        """The same for the same event."""
        return f"card_not_charged:{self.payment_id}"


@dataclass(frozen=True, slots=True)
class RecurrenceChanged:
    """The messenger charges the customer again, doesn't any more, or couldn't.

    *state* is `active`, `canceled` or `failed`. *ends_at* is when the customer's time ends; None when it is over.
    *update_id* names the update that said so.
    """

    priority: ClassVar[Priority] = Priority.MONEY

    payment_id: UUID
    update_id: str
    state: str
    ends_at: datetime | None
    kind: Literal["recurrence_changed"] = "recurrence_changed"

    def dedupe_key(self, tg_id: TelegramId) -> str:
        """The same for the same event."""
        return f"recurrence:{self.payment_id}:{self.update_id}"


@dataclass(frozen=True, slots=True)
class NotRenewed:
    """The subscription didn't renew from the balance, once for each period: the customer may pay what is missing.

    Without *order_id* the plan isn't sold any more.
    """

    priority: ClassVar[Priority] = Priority.MONEY

    ends_at: datetime
    order_id: UUID | None
    price_kopecks: int
    missing_kopecks: int
    kind: Literal["not_renewed"] = "not_renewed"

    def dedupe_key(self, tg_id: TelegramId) -> str:
        """The same for the same event."""
        return f"not_renewed:{tg_id}:{self.ends_at.isoformat()}"


@dataclass(frozen=True, slots=True)
class RenewalAnswered:
    """The messenger has answered later what the customer, or a refund, had wished of the next charges.

    *wish* is `stop` or `allow`; *is_done* is False when the messenger has said no. *ends_at* is when the customer's
    time ends; None when it is over.
    """

    priority: ClassVar[Priority] = Priority.MONEY

    payment_id: UUID
    answer_id: UUID
    wish: str
    is_done: bool
    ends_at: datetime | None
    kind: Literal["renewal_answered"] = "renewal_answered"

    def dedupe_key(self, tg_id: TelegramId) -> str:
        """The same for the same event."""
        return f"renewal_answered:{self.payment_id}:{self.answer_id}"


RenewalNotice = CardKept | CardNotCharged | NotRenewed | RecurrenceChanged | RenewalAnswered
