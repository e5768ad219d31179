"""Unmatched money: it has no owner yet."""

from dataclasses import dataclass
from datetime import timedelta

from orbit_domain.clock import Clock
from orbit_domain.payment.memo import nearest
from orbit_domain.payment.receipt import Receipt
from orbit_domain.storage import Storage

_SUGGEST_FROM = timedelta(days=30)
_SUGGEST_AMONG = 2_000


@dataclass(frozen=True, slots=True)
class Unmatched:
    """One receipt, and the comment it was probably meant to carry."""

    receipt: Receipt
    suggestion: str | None


@dataclass(frozen=True, slots=True)
class ListUnmatched:
    """The largest receipts without an owner."""

    storage: Storage
    clock: Clock

    async def __call__(self, limit: int = 50) -> tuple[Unmatched, ...]:
        async with self.storage.transaction() as tx:
            receipts = await tx.receipts.unmatched(limit)
            memos = await tx.payments.comments_since(self.clock.now() - _SUGGEST_FROM, _SUGGEST_AMONG)
        return tuple(Unmatched(receipt, nearest(receipt.comment, memos)) for receipt in receipts)
