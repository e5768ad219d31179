"""What we owe people to hear."""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from orbit_adapters.sql.indexes import IS_OWED
from orbit_adapters.sql.notices import UnknownNotice, notice_document, notice_from
from orbit_adapters.sql.rows import Row, changed, every, execute, first, inserting
from orbit_adapters.sql.tables import outbox
from orbit_domain.ids import TelegramId
from orbit_domain.notice.ports import Promise
from orbit_domain.storage import Changes


class SqlOutbox:
    """The port `Outbox`. Attempts are counted when a promise is postponed.

    Leases are in the caller's time, not the database's. A replica whose clock is ahead may take over too early,
    one that is behind is taken over from too early: then something is told twice, but only the newest claim, by
    its fence, can record how it ended.
    """

    def __init__(self, connection: AsyncConnection, changes: Changes) -> None:
        self._connection = connection
        self._changes = changes

    async def add(self, promise: Promise) -> bool:
        """Promise it unless this dedupe key was used before."""
        insert = inserting(self._connection, outbox).values(
            id=promise.id,
            topic=promise.notice.kind,
            tg_id=promise.tg_id,
            dedupe=promise.dedupe,
            payload=notice_document(promise.notice),
            not_before=promise.not_before,
            attempts=promise.attempts,
            fence=promise.fence,
            done_at=promise.done_at,
            dead_at=promise.dead_at,
            last_error=promise.last_error,
        )
        insert = insert.on_conflict_do_nothing(index_elements=["dedupe"]).returning(outbox.c.id)
        is_new = await first(self._connection, insert) is not None
        self._changes.notices_due |= is_new
        return is_new

    async def claim(self, now: datetime, lease_until: datetime, limit: int) -> tuple[Promise, ...]:
        """Take promises whose time has come, oldest first. What this version can't read is buried, not returned."""
        is_free = or_(outbox.c.lease_until.is_(None), outbox.c.lease_until <= now)
        due = (
            select(outbox.c.id)
            .where(IS_OWED, outbox.c.not_before <= now, is_free)
            .order_by(outbox.c.not_before, outbox.c.id)
            .limit(limit)
            .with_for_update(skip_locked=True)
            .cte("due")
        )
        claim = (
            update(outbox)
            .where(outbox.c.id == due.c.id)
            .values(fence=outbox.c.fence + 1, lease_until=lease_until)
            .returning(outbox)
        )
        rows = sorted(await every(self._connection, claim), key=lambda row: (row["not_before"], row["id"]))
        claimed = []
        for row in rows:
            try:
                claimed.append(_promise_from(row))
            except UnknownNotice as error:
                await execute(
                    self._connection,
                    update(outbox).where(outbox.c.id == row["id"]).values(dead_at=now, last_error=str(error)),
                )
        return tuple(claimed)

    async def free_all(self) -> None:
        """End every lease: one statement."""
        await execute(self._connection, update(outbox).where(IS_OWED).values(lease_until=None))

    async def done(self, promise: Promise, at: datetime) -> bool:
        """Kept, unless the claim was lost."""
        return await self._finish(promise, done_at=at)

    async def postpone(self, promise: Promise, not_before: datetime, error: str) -> bool:
        """Try again later, unless the claim was lost."""
        return await self._finish(promise, not_before=not_before, last_error=error, attempts=outbox.c.attempts + 1)

    async def bury(self, promise: Promise, at: datetime, error: str) -> bool:
        """It can never be kept, unless the claim was lost."""
        return await self._finish(promise, dead_at=at, last_error=error)

    async def of_user(self, tg_id: TelegramId, limit: int) -> tuple[Promise, ...]:
        """The user's newest promises; what this version can't read is left out."""
        newest = select(outbox).where(outbox.c.tg_id == tg_id).order_by(outbox.c.id.desc()).limit(limit)
        found = []
        for row in await every(self._connection, newest):
            try:
                found.append(_promise_from(row))
            except UnknownNotice:
                continue
        return tuple(found)

    async def _finish(self, promise: Promise, **values: Any) -> bool:
        statement = update(outbox).where(_is_held(promise)).values(lease_until=None, **values)
        return await changed(self._connection, statement) == 1


def _is_held(promise: Promise) -> ColumnElement[bool]:
    return and_(outbox.c.id == promise.id, outbox.c.fence == promise.fence, IS_OWED)


def _promise_from(row: Row) -> Promise:
    return Promise(
        id=row["id"],
        tg_id=TelegramId(row["tg_id"]),
        dedupe=row["dedupe"],
        notice=notice_from(row["payload"]),
        not_before=row["not_before"],
        attempts=row["attempts"],
        fence=row["fence"],
        done_at=row["done_at"],
        dead_at=row["dead_at"],
        last_error=row["last_error"],
    )
