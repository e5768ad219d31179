"""The queue of payments that have to be settled, in memory."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import datetime
from typing import TypeVar

from orbit_adapters.memory.storable_text import storable
from orbit_adapters.memory.tables import DueRow, RecordConflict, Session
from orbit_domain.ids import PaymentId
from orbit_domain.payment.due import DuePayment

T = TypeVar("T")


class MemoryPaymentsDue:
    """The port `PaymentsDue`. A lease and a back-off are both a time before which a row isn't claimed."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def add(self, payment_id: PaymentId, at: datetime) -> None:
        """Have it settled from *at* on, or give its row a new revision."""
        tables = self._session.tables
        if payment_id not in tables.payments:
            raise RecordConflict(f"there is no payment {payment_id}")
        known = tables.payments_due.get(payment_id)
        if known is None:
            tables.payments_due[payment_id] = DueRow(DuePayment(payment_id, revision=1, attempts=0, fence=0), at)
        else:
            due = replace(known.due, revision=known.due.revision + 1)
            tables.payments_due[payment_id] = replace(known, due=due)

    async def add_all(self, payment_ids: Sequence[PaymentId], at: datetime) -> None:
        """The same for each of *payment_ids*."""
        for payment_id in payment_ids:
            await self.add(payment_id, at)

    async def claim(self, now: datetime, lease_until: datetime, limit: int) -> tuple[DuePayment, ...]:
        """Claim payments that are due, the longest waiting first."""
        rows = self._session.tables.payments_due
        due = sorted((row for row in rows.values() if row.not_before <= now), key=_wait)
        claimed = [replace(row.due, fence=row.due.fence + 1) for row in due[:limit]]
        for one in claimed:
            rows[one.payment_id] = replace(rows[one.payment_id], due=one, not_before=lease_until)
        return tuple(claimed)

    @asynccontextmanager
    async def read_ahead(self, tx: T, claimed: Sequence[DuePayment]) -> AsyncIterator[T]:
        """The transaction as it is: in memory a reading costs nothing."""
        yield tx

    async def finish(self, due: DuePayment, at: datetime) -> bool:
        """It is settled, unless the claim was lost or a newer revision waits."""
        rows = self._session.tables.payments_due
        row = self._claimed(due)
        if row is None:
            return False
        if row.due.revision != due.revision:
            # More arrived while it was being settled.
            rows[due.payment_id] = DueRow(replace(row.due, attempts=0), at)
            return False
        del rows[due.payment_id]
        return True

    async def postpone(self, due: DuePayment, not_before: datetime, error: str) -> bool:
        """Try again later, unless the claim was lost."""
        row = self._claimed(due)
        if row is None:
            return False
        again = replace(row.due, attempts=row.due.attempts + 1)
        self._session.tables.payments_due[due.payment_id] = DueRow(again, not_before, storable(error))
        return True

    async def any_untried(self) -> bool:
        """Whether some payment's settlement hasn't failed."""
        return any(not row.due.attempts for row in self._session.tables.payments_due.values())

    async def release_leases(self, now: datetime) -> None:
        """Let every row be claimed at *now*."""
        rows = self._session.tables.payments_due
        for payment_id, row in list(rows.items()):
            rows[payment_id] = replace(row, not_before=min(row.not_before, now))

    def _claimed(self, due: DuePayment) -> DueRow | None:
        row = self._session.tables.payments_due.get(due.payment_id)
        return row if row is not None and row.due.fence == due.fence else None


def _wait(row: DueRow) -> tuple[datetime, PaymentId]:
    return (row.not_before, row.due.payment_id)
