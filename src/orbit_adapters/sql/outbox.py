"""The outbox."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, literal_column, or_, select, tuple_, update
from sqlalchemy.ext.asyncio import AsyncConnection

from orbit_adapters.sql.indexes import IS_UNDELIVERED
from orbit_adapters.sql.lost_messages import lost_messages
from orbit_adapters.sql.many_rows import insert_new
from orbit_adapters.sql.notice_documents import UnknownNotice, notice_document, notice_from
from orbit_adapters.sql.query import Row, begins_with, execute, fetch_all, rowcount
from orbit_adapters.sql.tables import outbox
from orbit_adapters.sql.types import storable
from orbit_domain.ids import TelegramId
from orbit_domain.notice.priority import Priority
from orbit_domain.notice.questions import questions_of
from orbit_domain.notice.repository import ERASED, LostMessages, OutboxMessage
from orbit_domain.storage import ChangeSet

_earlier = outbox.alias("earlier")
_HAS_EARLIER = exists().where(
    _earlier.c.tg_id == outbox.c.tg_id,
    _earlier.c.done_at.is_(None),
    _earlier.c.dead_at.is_(None),
    _earlier.c.priority < literal_column(str(int(Priority.SET_ASIDE))),
    tuple_(_earlier.c.priority, _earlier.c.id) < tuple_(outbox.c.priority, outbox.c.id),
)
"""Whether a message of the same user goes before. Another worker may hold it, so its lock isn't waited for."""


class SqlOutbox:
    """The port `Outbox`. Attempts are counted when a message is postponed.

    Leases are in the caller's time, not the database's. A replica whose clock is ahead may take over too early,
    one that is behind is taken over from too early: then a message is sent twice, but only the newest claim, by
    its fence, can record the result.
    """

    def __init__(self, connection: AsyncConnection, changes: ChangeSet) -> None:
        self._connection = connection
        self._changes = changes

    async def add(self, message: OutboxMessage) -> bool:
        """Add it unless its dedupe key was used before."""
        return bool(await self.add_all([message]))

    async def add_all(self, messages: Sequence[OutboxMessage]) -> frozenset[str]:
        """Add those whose dedupe keys weren't used before: one statement."""
        rows = [message_row(message) for message in messages]
        new = await insert_new(self._connection, outbox, rows, unless=["dedupe"], returning=["dedupe"])
        self._changes.notices_due |= bool(new)
        stored = {row["dedupe"] for row in new}
        return frozenset(one.dedupe for one in messages if storable(one.dedupe) in stored)

    async def claim(self, now: datetime, lease_until: datetime, limit: int) -> tuple[OutboxMessage, ...]:
        """Claim messages that are due, by urgency and age. What this version can't read becomes a dead letter."""
        is_free = or_(outbox.c.lease_until.is_(None), outbox.c.lease_until <= now)
        due = (
            select(outbox.c.id)
            .where(IS_UNDELIVERED, outbox.c.not_before <= now, is_free, ~_HAS_EARLIER)
            .order_by(outbox.c.priority, outbox.c.id)
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
        rows = sorted(await fetch_all(self._connection, claim), key=lambda row: (row["priority"], row["id"]))
        claimed = []
        for row in rows:
            try:
                claimed.append(_message_from(row))
            except UnknownNotice as error:
                await execute(
                    self._connection,
                    update(outbox).where(outbox.c.id == row["id"]).values(dead_at=now, last_error=str(error)),
                )
        return tuple(claimed)

    async def release_leases(self) -> None:
        """End every lease: one statement."""
        await execute(self._connection, update(outbox).where(IS_UNDELIVERED).values(lease_until=None))

    async def mark_done(self, message: OutboxMessage, at: datetime) -> bool:
        """Record that it was sent, unless the claim was lost."""
        return await self._finish(message, done_at=at)

    async def postpone(self, message: OutboxMessage, not_before: datetime, error: str) -> bool:
        """Try again later, unless the claim was lost."""
        return await self._finish(message, not_before=not_before, last_error=error, attempts=outbox.c.attempts + 1)

    async def hold(self, message: OutboxMessage, until: datetime) -> bool:
        """Send it not before *until*, unless the claim was lost."""
        return await self._finish(message, not_before=until)

    async def set_aside(self, message: OutboxMessage, not_before: datetime, error: str) -> bool:
        """Try again later, after everything else, unless the claim was lost."""
        changes = {"not_before": not_before, "last_error": error, "attempts": outbox.c.attempts + 1}
        return await self._finish(message, priority=Priority.SET_ASIDE, **changes)

    async def dead_letter(self, message: OutboxMessage, at: datetime, error: str) -> bool:
        """Record that it can never be sent, unless the claim was lost."""
        return await self._finish(message, dead_at=at, last_error=error)

    async def drop(self, message: OutboxMessage, at: datetime, reason: str) -> bool:
        """Record that it isn't worth sending any more, unless the claim was lost."""
        return await self._finish(message, done_at=at, dropped_reason=reason)

    async def erase(self, tg_id: TelegramId, at: datetime) -> None:
        """Forget what the user was told and has asked: two statements. No notice can be read from what is left."""
        about = or_(outbox.c.tg_id == tg_id, begins_with(outbox.c.dedupe, questions_of(tg_id)))
        dropped = {"done_at": at, "dropped_reason": ERASED, "lease_until": None}
        await execute(self._connection, update(outbox).where(about, IS_UNDELIVERED).values(dropped))
        await execute(self._connection, update(outbox).where(about).values(payload={}, last_error=None))

    async def known(self, dedupe_keys: Collection[str]) -> frozenset[str]:
        """Those that were used before: one statement."""
        used = select(outbox.c.dedupe).where(outbox.c.dedupe.in_(dedupe_keys))
        stored = {row["dedupe"] for row in await fetch_all(self._connection, used)}
        return frozenset(key for key in dedupe_keys if storable(key) in stored)

    async def of_user(self, tg_id: TelegramId, limit: int) -> tuple[OutboxMessage, ...]:
        """The user's newest messages; what this version can't read is left out."""
        newest = select(outbox).where(outbox.c.tg_id == tg_id).order_by(outbox.c.id.desc()).limit(limit)
        found = []
        for row in await fetch_all(self._connection, newest):
            try:
                found.append(_message_from(row))
            except UnknownNotice:
                continue
        return tuple(found)

    async def lost_since(self, since: datetime) -> tuple[LostMessages, ...]:
        """What was given up since then: one statement."""
        return await lost_messages(self._connection, since)

    async def _finish(self, message: OutboxMessage, **values: Any) -> bool:
        statement = update(outbox).where(_is_claimed(message)).values(lease_until=None, **values)
        return await rowcount(self._connection, statement) == 1


def _is_claimed(message: OutboxMessage) -> ColumnElement[bool]:
    return and_(outbox.c.id == message.id, outbox.c.fence == message.fence, IS_UNDELIVERED)


def message_row(message: OutboxMessage) -> dict[str, Any]:
    """The row of *message*."""
    return {
        "id": message.id,
        "topic": message.notice.kind,
        "priority": message.notice.priority,
        "tg_id": message.tg_id,
        "dedupe": message.dedupe,
        "payload": notice_document(message.notice),
        "not_before": message.not_before,
        "attempts": message.attempts,
        "fence": message.fence,
        "done_at": message.done_at,
        "dead_at": message.dead_at,
        "last_error": message.last_error,
        "dropped_reason": message.dropped_reason,
    }


def _message_from(row: Row) -> OutboxMessage:
    return OutboxMessage(
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
        dropped_reason=row["dropped_reason"],
    )
