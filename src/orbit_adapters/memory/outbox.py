"""What we owe people to hear, and the log of what admins did."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from orbit_adapters.memory.storable_text import cleaned, storable
from orbit_adapters.memory.tables import LeasedMessage, RecordConflict, Session
from orbit_domain.ids import TelegramId
from orbit_domain.notice.repository import OutboxMessage
from orbit_domain.storage import AdminAction


class MemoryOutbox:
    """The port `Outbox`. Attempts are counted when a promise is postponed."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def add(self, message: OutboxMessage) -> bool:
        """Promise it unless this dedupe key was used before."""
        message = cleaned(message)
        rows = self._session.rows
        if message.dedupe in rows.dedupes:
            return False
        if message.id in rows.messages:
            raise RecordConflict(f"there is a promise {message.id} already")
        rows.dedupes[message.dedupe] = message.id
        rows.promises_of.append(message.tg_id, message.id)
        self._put(LeasedMessage(message))
        self._session.changes.notices_due = True
        return True

    async def claim(self, now: datetime, lease_until: datetime, limit: int) -> tuple[OutboxMessage, ...]:
        """Take promises whose time has come, oldest first."""
        rows = self._session.rows
        owed = [rows.messages[promise_id] for promise_id in rows.owed]
        due = [row.message for row in owed if row.message.not_before <= now and _is_free(row, now)]
        due.sort(key=lambda message: (message.not_before, message.id))
        claimed = tuple(replace(message, fence=message.fence + 1) for message in due[:limit])
        for message in claimed:
            self._put(LeasedMessage(message, lease_until))
        return claimed

    async def release_leases(self) -> None:
        """End every lease."""
        rows = self._session.rows
        for promise_id in list(rows.owed):
            self._put(LeasedMessage(rows.messages[promise_id].message))

    async def mark_done(self, message: OutboxMessage, at: datetime) -> bool:
        """Kept, unless the claim was lost."""
        return self._finish(message, done_at=at)

    async def postpone(self, message: OutboxMessage, not_before: datetime, error: str) -> bool:
        """Try again later, unless the claim was lost."""
        held = self._held(message)
        attempts = held.attempts + 1 if held else 0
        return self._finish(message, not_before=not_before, last_error=error, attempts=attempts)

    async def dead_letter(self, message: OutboxMessage, at: datetime, error: str) -> bool:
        """It can never be kept, unless the claim was lost."""
        return self._finish(message, dead_at=at, last_error=error)

    async def of_user(self, tg_id: TelegramId, limit: int) -> tuple[OutboxMessage, ...]:
        """The user's newest promises."""
        rows = self._session.rows
        newest = sorted(rows.promises_of.of(tg_id), reverse=True)
        return tuple(rows.messages[promise_id].message for promise_id in newest[:limit])

    def _held(self, message: OutboxMessage) -> OutboxMessage | None:
        rows = self._session.rows
        row = rows.messages[message.id].message if message.id in rows.owed else None
        return row if row is not None and row.fence == message.fence else None

    def _finish(self, message: OutboxMessage, **changes: Any) -> bool:
        held = self._held(message)
        if held is None:
            return False
        self._put(LeasedMessage(cleaned(replace(held, **changes))))
        return True

    def _put(self, row: LeasedMessage) -> None:
        rows = self._session.rows
        message = row.message
        rows.messages[message.id] = row
        if message.done_at is None and message.dead_at is None:
            rows.owed[message.id] = None
        else:
            rows.owed.pop(message.id, None)


class MemoryAdminLog:
    """The port `AdminLog`."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def add(self, record: AdminAction) -> None:
        """Record it. Raises RecordConflict for an id in use."""
        log = self._session.rows.audit
        if record.id in log:
            raise RecordConflict(f"there is an audit row {record.id} already")
        log[record.id] = cleaned(record)

    async def of_subject(self, subject: str, limit: int) -> tuple[AdminAction, ...]:
        """The newest actions on *subject*."""
        subject = storable(subject)
        about = [record for record in self._session.rows.audit.values() if record.subject == subject]
        return tuple(sorted(about, key=lambda record: (record.at, record.id), reverse=True)[:limit])


def _is_free(row: LeasedMessage, now: datetime) -> bool:
    return row.lease_until is None or row.lease_until <= now
