"""The queue of payments that have to be settled."""

from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol, TypeVar

from orbit_domain.ids import PaymentId

T = TypeVar("T")

ALERT_AT_ATTEMPT = 3
"""So many failures in a row are no accident: the owner is alerted once."""

_FIRST_RETRY_S = 5
_MAXIMUM_RETRY = timedelta(minutes=10)


def settle_again_after(attempts: int) -> timedelta:
    """How long to wait after *attempts* failures in a row: doubling from five seconds up to ten minutes."""
    return min(timedelta(seconds=_FIRST_RETRY_S << min(max(attempts, 1) - 1, 10)), _MAXIMUM_RETRY)


@dataclass(frozen=True, slots=True)
class DuePayment:
    """A payment that has to be settled.

    `revision` grows with every reason to settle it, `fence` with every claim: only the newest claim that has
    seen every reason ends the work.
    """

    payment_id: PaymentId
    revision: int
    attempts: int
    fence: int


class PaymentsDue(Protocol):
    """Payments that something arrived for, or whose time is up. One row a payment, however much arrived."""

    async def add(self, payment_id: PaymentId, at: datetime) -> None:
        """Have it settled from *at* on. One that is due already gets a new revision and keeps its back-off."""

    async def add_all(self, payment_ids: Sequence[PaymentId], at: datetime) -> None:
        """The same for each of *payment_ids*, at once."""

    async def claim(self, now: datetime, lease_until: datetime, limit: int) -> tuple[DuePayment, ...]:
        """Claim payments that are due, the longest waiting first; no other worker gets them before the lease ends."""

    def read_ahead(self, tx: T, claimed: Sequence[DuePayment]) -> AbstractAsyncContextManager[T]:
        """*tx*, the transaction itself, for a block that settles *claimed*: what they need may be read for all at once.

        Their users and payments are locked. Within the block the transaction holds nothing but what a settlement
        needs; what it records is written when the block ends, in a few statements. An error in the block, or in the
        end of it, means that the whole transaction has to be rolled back: then each is settled alone.
        """

    async def finish(self, due: DuePayment, at: datetime) -> bool:
        """It is settled. False if the claim was lost, or a newer revision is due, from *at* on."""

    async def postpone(self, due: DuePayment, not_before: datetime, error: str) -> bool:
        """Try again later, with one attempt more. False if the claim was lost meanwhile."""

    async def any_untried(self) -> bool:
        """Whether there is a payment whose settlement hasn't failed: it waits, or a worker has it."""

    async def release_leases(self, now: datetime) -> None:
        """End every lease: the processes that held them are known to be dead."""
