"""What is told of payouts: to the customer whose money goes back, and to the owner who sends it."""

from dataclasses import dataclass
from typing import ClassVar, Literal
from uuid import UUID

from orbit_domain.ids import TelegramId
from orbit_domain.notice.priority import Priority


@dataclass(frozen=True, slots=True)
class PayoutSent:
    """What a payment had brought was sent back to where its customer wanted it, with *comment*."""

    priority: ClassVar[Priority] = Priority.MONEY

    payout_id: UUID
    asset: str
    units: int
    comment: str
    kind: Literal["payout_sent"] = "payout_sent"

    def dedupe_key(self, tg_id: TelegramId) -> str:
        """The same for the same event."""
        return f"payout_sent:{self.payout_id}"


@dataclass(frozen=True, slots=True)
class PayoutReturned:
    """What was sent back came back: its worth is on the balance again."""

    priority: ClassVar[Priority] = Priority.MONEY

    payout_id: UUID
    value_kopecks: int
    kind: Literal["payout_returned"] = "payout_returned"

    def dedupe_key(self, tg_id: TelegramId) -> str:
        """The same for the same event."""
        return f"payout_returned:{self.payout_id}"


@dataclass(frozen=True, slots=True)
class PayoutProblem:
    """For the owner: a transfer of *units* isn't what the payout with its *comment* asks for, or it came back.

    *problem* is `amount`, `destination`, `came_back`, or the state of a payout that doesn't wait any more.
    """

    priority: ClassVar[Priority] = Priority.ALERT

    payout_id: UUID
    problem: str
    ref: str
    asset: str
    units: int
    asked_units: int
    tg_id: int
    comment: str
    kind: Literal["payout_problem"] = "payout_problem"

    def dedupe_key(self, tg_id: TelegramId) -> str:
        """The same for the same event."""
        return f"payout_problem:{self.payout_id}:{self.ref}"


@dataclass(frozen=True, slots=True)
class PayoutAddressWanted:
    """What a payment has brought is to go back by a transfer: where to? *number* counts the questions about it."""

    priority: ClassVar[Priority] = Priority.MONEY

    payment_id: UUID
    number: int
    asset: str
    units: int
    kind: Literal["payout_address_wanted"] = "payout_address_wanted"

    def dedupe_key(self, tg_id: TelegramId) -> str:
        """The same for the same event."""
        return f"payout_address_wanted:{self.payment_id}:{self.number}"


@dataclass(frozen=True, slots=True)
class PayoutAddressGiven:
    """For the owner: the customer *tg_id* has said where *units* are to go back, and the *memo* for the receiver."""

    priority: ClassVar[Priority] = Priority.ALERT

    payment_id: UUID
    number: int
    tg_id: int
    asset: str
    units: int
    address: str
    memo: str
    kind: Literal["payout_address_given"] = "payout_address_given"

    def dedupe_key(self, tg_id: TelegramId) -> str:
        """The same for the same event."""
        return f"payout_address_given:{self.payment_id}:{self.number}"


PayoutNotice = PayoutSent | PayoutReturned | PayoutProblem | PayoutAddressWanted | PayoutAddressGiven
