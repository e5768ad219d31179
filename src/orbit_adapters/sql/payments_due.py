"""The queue of payments that have to be settled, in SQL."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, delete, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from orbit_adapters.sql.query import Row, dialect_insert, execute, fetch_all, rowcount
from orbit_adapters.sql.tables import payments_due
from orbit_domain.ids import PaymentId
from orbit_domain.payment.due import DuePayment

_due = payments_due.c


class SqlPaymentsDue:
    """The port `PaymentsDue`."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def add(self, payment_id: PaymentId, at: datetime) -> None:
        """Have it settled from *at* on, or give its row a new revision."""
        await self.add_all([payment_id], at)

    async def add_all(self, payment_ids: Sequence[PaymentId], at: datetime) -> None:
        """The same for each of *payment_ids*: one statement."""
        if payment_ids:
            insert = dialect_insert(self._connection, payments_due)
            insert = insert.on_conflict_do_update(index_elements=["payment_id"], set_={"revision": _due.revision + 1})
            new = {"revision": 1, "not_before": at, "attempts": 0, "fence": 0}
            await execute(self._connection, insert, [{"payment_id": payment_id, **new} for payment_id in payment_ids])

    async def claim(self, now: datetime, lease_until: datetime, limit: int) -> tuple[DuePayment, ...]:
        """Claim payments that are due, the longest waiting first: one statement."""
        due = (
            select(_due.payment_id)
            .where(_due.not_before <= now)
            .order_by(_due.not_before, _due.payment_id)
            .limit(limit)
            .with_for_update(skip_locked=True)
            .cte("due")
        )
        claim = (
            update(payments_due)
            .where(_due.payment_id == due.c.payment_id)
            .values(fence=_due.fence + 1, not_before=lease_until)
            .returning(payments_due)
        )
        claimed = [_due_from(row) for row in await fetch_all(self._connection, claim)]
        return tuple(sorted(claimed, key=lambda one: one.payment_id))

    async def finish(self, due: DuePayment, at: datetime) -> bool:
        """It is settled, unless the claim was lost or a newer revision waits."""
        done = delete(payments_due).where(_is_claimed(due), _due.revision == due.revision)
        if await rowcount(self._connection, done):
            return True
        await self._change(due, not_before=at, attempts=0)
        return False

    async def postpone(self, due: DuePayment, not_before: datetime, error: str) -> bool:
        """Try again later, unless the claim was lost."""
        return await self._change(due, not_before=not_before, attempts=_due.attempts + 1, last_error=error)

    async def release_leases(self, now: datetime) -> None:
        """Let every row be claimed at *now*: one statement."""
        await execute(self._connection, update(payments_due).where(_due.not_before > now).values(not_before=now))

    async def _change(self, due: DuePayment, **values: Any) -> bool:
        return await rowcount(self._connection, update(payments_due).where(_is_claimed(due)).values(**values)) == 1


def _is_claimed(due: DuePayment) -> ColumnElement[bool]:
    return and_(_due.payment_id == due.payment_id, _due.fence == due.fence)


def _due_from(row: Row) -> DuePayment:
    return DuePayment(PaymentId(row["payment_id"]), row["revision"], row["attempts"], row["fence"])
