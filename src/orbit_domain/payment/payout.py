"""The owner is asked to send a payment's money back from a wallet of their own: Orbit holds no key of it."""

from collections.abc import Collection, Mapping, Set
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Final, Protocol, Self, runtime_checkable

from orbit_domain.errors import Refusal
from orbit_domain.ids import Ids, PaymentId, PayoutId, TelegramId
from orbit_domain.ledger.payout_entries import payout_name
from orbit_domain.money import Money
from orbit_domain.payment.memo import PREFIX, RANDOM_BITS, memo_from
from orbit_domain.payment.payment import Method
from orbit_domain.payment.ports import PaymentGateway, Transfer

MAX_MEMO_CHARS = 100
"""No exchange's memo is longer, and so it fits into the first cell of a message."""
_REFERENCE_PREFIX = "REF"


class PayoutState(StrEnum):
    """WAITING for the owner's transfer, SENT when it was seen, RETURNED when it came back after that."""

    WAITING = "waiting"
    SENT = "sent"
    CANCELLED = "cancelled"
    RETURNED = "returned"


@dataclass(eq=False)
class NoSuchPayout(Refusal):
    """There is no such payout."""

    payout_id: PayoutId


@dataclass(eq=False)
class PayoutClosed(Refusal):
    """It doesn't wait for its transfer any more."""

    payout_id: PayoutId
    state: PayoutState


@dataclass(eq=False)
class PayoutExists(Refusal):
    """The payment has another payout, which waits or was sent."""

    payout_id: PayoutId
    state: PayoutState


@dataclass(eq=False)
class BadDestination(Refusal):
    """Nothing can be sent there. The reason is one word: address, own, token or memo."""

    method: Method
    reason: str


@dataclass(frozen=True, slots=True)
class Payout:
    """*amount*, which *payment_id* has brought, goes to *destination* with *comment*.

    `destination` is the account as the method's source writes it. The comment is a reference of ours, unique for ever,
    unless the receiver (an exchange) demands one of its own. `transfer` is the record that sent it, or brought it
    back; None until then and when it was cancelled.
    """

    id: PayoutId
    payment_id: PaymentId
    tg_id: TelegramId
    method: Method
    amount: Money
    destination: str
    comment: str
    state: PayoutState
    created_at: datetime
    actor: str
    transfer: str | None = None
    closed_at: datetime | None = None

    @property
    def is_waiting(self) -> bool:
        """Whether the owner is still asked to send it."""
        return self.state is PayoutState.WAITING

    @property
    def is_live(self) -> bool:
        """Whether its money is promised or gone: then the payment gets no other payout."""
        return self.state in (PayoutState.WAITING, PayoutState.SENT)

    def send(self, transfer: str, now: datetime) -> Self:
        """It was seen leaving as *transfer*. Raises PayoutClosed."""
        return self._close(PayoutState.SENT, transfer, now)

    def cancel(self, now: datetime) -> Self:
        """The owner doesn't send it. Raises PayoutClosed."""
        return self._close(PayoutState.CANCELLED, None, now)

    def come_back(self, transfer: str, now: datetime) -> Self:
        """What was sent came back as *transfer*. Raises PayoutClosed unless it was sent."""
        if self.state is not PayoutState.SENT:
            raise PayoutClosed(self.id, self.state)
        return replace(self, state=PayoutState.RETURNED, transfer=transfer, closed_at=now)

    def _close(self, state: PayoutState, transfer: str | None, now: datetime) -> Self:
        if not self.is_waiting:
            raise PayoutClosed(self.id, self.state)
        return replace(self, state=state, transfer=transfer, closed_at=now)


class Payouts(Protocol):
    """Payouts. None is ever deleted; only state, transfer and the time of closing change."""

    async def add(self, payout: Payout) -> None:
        """Record a new one. Raises StorageConflict when the payment has a live one."""

    async def lock(self, payout_id: PayoutId) -> Payout:
        """The payout, held until the transaction ends. Raises NoSuchPayout."""

    async def save(self, payout: Payout) -> None:
        """Record its state, its transfer and when it was closed. Raises NoSuchPayout."""

    async def live_of_payment(self, payment_id: PaymentId) -> Payout | None:
        """The payout of the payment that waits or was sent."""

    async def by_comments(self, method: Method, comments: Collection[str]) -> tuple[Payout, ...]:
        """Every payout with one of these comments, oldest first."""

    async def sent_to(self, method: Method, destinations: Collection[str]) -> tuple[Payout, ...]:
        """Those that were sent to one of these destinations, oldest first."""

    async def waiting(self, limit: int) -> tuple[Payout, ...]:
        """Those that wait for the owner's transfer, oldest first."""


@runtime_checkable
class PayoutGateway(PaymentGateway, Protocol):
    """A way to pay whose money goes back by the owner's own transfer. Pure: nothing is asked."""

    def destination(self, typed: str) -> str:
        """The account that *typed* names, as the source writes it. Raises BadDestination, also for the shop's own."""

    def shown(self, destination: str) -> str:
        """The account as people read it: one that `destination` has returned, in full."""

    def ask_for(self, payout: Payout) -> Transfer:
        """What the owner has to send, with links that fill all of it in."""


def new_reference(ids: Ids) -> str:
    """A comment that no payment and no other payout has."""
    memo = None
    while memo is None:
        memo = memo_from(ids.bits(RANDOM_BITS))
    return _REFERENCE_PREFIX + memo.removeprefix(PREFIX)


def checked_memo(method: Method, typed: str) -> str:
    """The memo that a receiver demands, without blanks around it. Raises BadDestination."""
    memo = typed.strip()
    if not memo or len(memo) > MAX_MEMO_CHARS or not memo.isprintable():
        raise BadDestination(method, "memo")
    return memo


_ENTRIES: Final[Mapping[PayoutState, tuple[str, ...]]] = {
    PayoutState.WAITING: ("",),
    PayoutState.SENT: ("", "sent"),
    PayoutState.CANCELLED: ("", "cancelled"),
    PayoutState.RETURNED: ("", "sent", "returned"),
}
"""Which entries a payout in that state has."""


def unlike_entries(payouts: Mapping[PayoutId, PayoutState], booked: Set[str]) -> tuple[str, ...]:
    """Names of payouts whose entries, among the names *booked*, aren't those of their state; and of entries of none."""
    due = {payout_name(payout_id, end) for payout_id, state in payouts.items() for end in _ENTRIES[state]}
    return tuple(sorted({name.split(":")[1] for name in due ^ booked}))
