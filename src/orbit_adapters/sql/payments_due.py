"""The queue of payments that have to be settled, in SQL."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any, TypeVar, cast

import structlog
from sqlalchemy import ColumnElement, and_, delete, select, tuple_, update
from sqlalchemy.ext.asyncio import AsyncConnection

from orbit_adapters.sql.query import Row, dialect_insert, execute, fetch_all, rowcount
from orbit_adapters.sql.settlement_ahead import TransactionAhead
from orbit_adapters.sql.settlement_reading import SettlementReading
from orbit_adapters.sql.settlement_recording import record_settlement
from orbit_adapters.sql.tables import payments_due
from orbit_domain.ids import PaymentId
from orbit_domain.money import Currency
from orbit_domain.payment.due import DuePayment
from orbit_domain.storage import ChangeSet, Transaction

T = TypeVar("T")

log = structlog.get_logger()

_due = payments_due.c


class SqlPaymentsDue:
    """The port `PaymentsDue`."""

    def __init__(self, connection: AsyncConnection, changes: ChangeSet, base: Currency) -> None:
        self._connection = connection
        self._changes = changes
        self._base = base

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

    @asynccontextmanager
    async def read_ahead(self, tx: T, claimed: Sequence[DuePayment]) -> AsyncIterator[T]:
        """Repositories over what was read for all *claimed*; what they were told is written when the block ends."""
        try:
            reading = SettlementReading(self._connection, self._base)
            await reading.read([due.payment_id for due in claimed])
            yield cast(T, TransactionAhead(reading, cast(Transaction, tx), self._base))
            await record_settlement(self._connection, reading.rows, self._changes)
            await self._finish_all(reading.rows.new.finished)
        except Exception as error:
            # Settled one by one it succeeds, or says what is wrong: here is the only trace of why it took longer.
            log.info("settlement_not_ahead", payments=len(claimed), reason=type(error).__name__)
            raise

    async def _finish_all(self, finished: Sequence[tuple[DuePayment, datetime]]) -> None:
        """Finish each as `finish` does: one statement, and more for those that are due again."""
        names = [(due.payment_id, due.fence, due.revision) for due, _ in finished]
        done = delete(payments_due).where(tuple_(_due.payment_id, _due.fence, _due.revision).in_(names))
        rows = await fetch_all(self._connection, done.returning(_due.payment_id)) if names else ()
        ended = {row["payment_id"] for row in rows}
        for due, at in finished:
            if due.payment_id not in ended:
                await self._change(due, not_before=at, attempts=0)

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

    async def any_untried(self) -> bool:
        """Whether some payment's settlement hasn't failed: one statement."""
        untried = select(_due.payment_id).where(_due.attempts == 0).limit(1)
        return bool(await fetch_all(self._connection, untried))

    async def release_leases(self, now: datetime) -> None:
        """Let every row be claimed at *now*: one statement."""
        await execute(self._connection, update(payments_due).where(_due.not_before > now).values(not_before=now))

    async def _change(self, due: DuePayment, **values: Any) -> bool:
        return await rowcount(self._connection, update(payments_due).where(_is_claimed(due)).values(**values)) == 1


def _is_claimed(due: DuePayment) -> ColumnElement[bool]:
    return and_(_due.payment_id == due.payment_id, _due.fence == due.fence)


def _due_from(row: Row) -> DuePayment:
    return DuePayment(PaymentId(row["payment_id"]), row["revision"], row["attempts"], row["fence"])
