"""A customer says which unmatched transfer is theirs. A person decides; a claim alone never moves money."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Protocol, Self

from orbit_domain.errors import Refusal
from orbit_domain.ids import ClaimId, TelegramId
from orbit_domain.payment.source_record import SourceRecord

TYPED_CHARS = 200
"""What a customer types may be that long; no link, hash or address is longer."""

MAX_OPEN_CLAIMS = 3
"""How many claims of one user may wait for the owner."""


@dataclass(frozen=True, slots=True)
class TransferName:
    """How *source* knows a transfer: by a hash, a number or the sender, in the one form that is compared.

    *others* are sources that name transfers alike: nobody sees from a hash alone which of them it belongs to.
    """

    source: str
    value: str
    others: tuple[str, ...] = ()

    @property
    def sources(self) -> tuple[str, ...]:
        """Every source that it may name a transfer of, the likeliest first."""
        return (self.source, *self.others)


class TransferNames(Protocol):
    """How people name transfers. Pure: nothing is asked."""

    def read(self, typed: str) -> TransferName | None:
        """The transfer that *typed* names, strictly; None when it names none of ours. Never raises."""

    def of(self, record: SourceRecord) -> frozenset[str]:
        """Every value that names *record*."""


class RecordedNames:
    """The port `TransferNames` for sources whose transfers people can't name: only what is recorded counts."""

    def read(self, typed: str) -> TransferName | None:
        """Nothing can be named."""
        return None

    def of(self, record: SourceRecord) -> frozenset[str]:
        """The digest, the external id and the sender."""
        return frozenset(name for name in (record.digest, record.external_id, record.sender) if name)


RECORDED_NAMES: TransferNames = RecordedNames()


class ClaimState(StrEnum):
    """APPROVED: the claimant got the money."""

    OPEN = "open"
    APPROVED = "approved"
    REJECTED = "rejected"


@dataclass(eq=False)
class NotATransfer(Refusal):
    """What was typed is no link, hash, number or address of this shop's network."""


@dataclass(eq=False)
class TooManyClaims(Refusal):
    """So many claims of this user wait for the owner already."""

    maximum: int


@dataclass(eq=False)
class NoSuchClaim(Refusal):
    """There is no such claim."""

    claim_id: ClaimId


@dataclass(eq=False)
class ClaimDecided(Refusal):
    """The claim was decided before."""

    claim_id: ClaimId
    state: ClaimState


class AssignmentProblem(StrEnum):
    """Why the money of a claim can't be given just now."""

    NOT_ARRIVED = "not_arrived"
    TAKEN = "taken"
    NO_RATE = "no_rate"
    TOO_SMALL = "too_small"


@dataclass(eq=False)
class ClaimNotAssigned(Refusal):
    """The claim stays open: its money can't be given, for this reason."""

    claim_id: ClaimId
    problem: AssignmentProblem


@dataclass(frozen=True, slots=True)
class ReceiptClaim:
    """*tg_id* says that the transfer known to *source* as *name* is theirs. *typed* is what they wrote.

    `external_id` is the receipt that it was found to name; None until one has arrived.
    """

    id: ClaimId
    tg_id: TelegramId
    source: str
    name: str
    typed: str
    at: datetime
    external_id: str | None = None
    state: ClaimState = ClaimState.OPEN

    @property
    def is_open(self) -> bool:
        """Whether it waits for a decision."""
        return self.state is ClaimState.OPEN

    def found(self, external_id: str) -> Self:
        """The receipt that it names."""
        return replace(self, external_id=external_id)

    def decide(self, state: ClaimState) -> Self:
        """Approve or reject it, once. Raises ClaimDecided."""
        if not self.is_open:
            raise ClaimDecided(self.id, self.state)
        return replace(self, state=state)


class ReceiptClaims(Protocol):
    """Claims of customers. None is ever deleted."""

    async def add(self, claim: ReceiptClaim) -> None:
        """Record a new claim."""

    async def get(self, claim_id: ClaimId) -> ReceiptClaim | None:
        """The claim, if it exists."""

    async def lock(self, claim_id: ClaimId) -> ReceiptClaim:
        """The claim, held until the transaction ends. Raises NoSuchClaim."""

    async def save(self, claim: ReceiptClaim) -> None:
        """Record its state and its receipt. Raises NoSuchClaim."""

    async def open_of_user(self, tg_id: TelegramId) -> tuple[ReceiptClaim, ...]:
        """The user's open claims, oldest first."""

    async def open_of_receipt(self, source: str, external_id: str) -> tuple[ReceiptClaim, ...]:
        """Every open claim on the receipt, oldest first."""

    async def any_waiting(self, source: str) -> bool:
        """Whether an open claim on a transfer of *source* has no receipt yet."""

    async def waiting(self, source: str, names: Collection[str]) -> tuple[ReceiptClaim, ...]:
        """Open claims without a receipt that name one of *names*, oldest first, held until the transaction ends."""


def claims_on(claims: Sequence[ReceiptClaim], names: Collection[str]) -> tuple[ReceiptClaim, ...]:
    """Those of *claims* that name one of *names*."""
    return tuple(claim for claim in claims if claim.name in names)
