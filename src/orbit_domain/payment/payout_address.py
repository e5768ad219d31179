"""Where a payment's money is to go back: the owner asks, the customer says, and the owner is shown what to send.

What was said is never changed: each step is a line of its own, with who took it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from hashlib import sha256
from typing import NewType, Protocol

from orbit_domain.errors import Refusal
from orbit_domain.ids import PaymentId, TelegramId
from orbit_domain.payment.payment import Method
from orbit_domain.payment.payout import BadDestination, Payout, checked_memo

AddressStamp = NewType("AddressStamp", str)
"""A short form of an address and its memo, for buttons: twelve hex digits."""

MAX_LINES = 20
"""How often a customer may change their mind: the owner hears of each."""
_TYPED_CHARS = 300


class AddressStep(StrEnum):
    """ASKED by the owner, GIVEN by the customer, TAKEN: the owner was shown the link that sends it there."""

    ASKED = "asked"
    GIVEN = "given"
    TAKEN = "taken"


class AddressProblem(StrEnum):
    """Why an address isn't taken: nobody asks (any more), it isn't what was shown, or it was changed too often.

    For the owner: none was given yet, or it was changed just now.
    """

    NOT_ASKED = "not_asked"
    NOT_SHOWN = "not_shown"
    TOO_OFTEN = "too_often"
    NOT_GIVEN = "not_given"
    CHANGED = "changed"


@dataclass(eq=False)
class AddressNotTaken(Refusal):
    """Nothing was recorded."""

    payment_id: PaymentId
    problem: AddressProblem


@dataclass(frozen=True, slots=True)
class AddressLine:
    """The *number*-th step about the money of *payment_id*, which is that of *tg_id*.

    `destination` is the account as the method's source writes it, empty where it is asked for; `memo` the comment that
    the receiver demands. `reason` is why the owner asks.
    """

    payment_id: PaymentId
    number: int
    tg_id: TelegramId
    step: AddressStep
    actor: str
    at: datetime
    destination: str = ""
    memo: str = ""
    reason: str = ""


class PayoutAddresses(Protocol):
    """The lines. Append-only."""

    async def add(self, line: AddressLine) -> None:
        """Record it. Raises StorageConflict for a number in use."""

    async def of_payment(self, payment_id: PaymentId) -> tuple[AddressLine, ...]:
        """Every line about the payment, in order."""


@dataclass(frozen=True, slots=True)
class TypedAddress:
    """What a customer typed: an address, and below it the memo that its exchange demands."""

    address: str
    memo: str = ""


def typed_address(method: Method, typed: str) -> TypedAddress:
    """Read a message: the address in its first line, a memo in the second. Raises BadDestination."""
    words = [line.strip() for line in typed.strip().splitlines() if line.strip()] if len(typed) <= _TYPED_CHARS else []
    if not words:
        raise BadDestination(method, "address")
    if len(words) > 2:
        raise BadDestination(method, "memo")
    return TypedAddress(words[0], checked_memo(method, words[1]) if len(words) == 2 else "")


def address_stamp(destination: str, memo: str) -> AddressStamp:
    """The stamp of an address and its memo."""
    return AddressStamp(sha256(f"{destination}\n{memo}".encode("utf-8", "replace")).hexdigest()[:12])


def may_be_given(lines: Sequence[AddressLine]) -> bool:
    """Whether the customer is asked, and may still say otherwise."""
    return bool(lines) and lines[-1].step is not AddressStep.TAKEN


def giver_of(lines: Sequence[AddressLine], payout: Payout) -> AddressLine | None:
    """The customer's own line that *payout* follows; None: the owner has typed its address."""
    given = (line for line in reversed(lines) if line.step is AddressStep.GIVEN and line.at <= payout.created_at)
    newest = next(given, None)
    return newest if newest is not None and newest.destination == payout.destination else None
