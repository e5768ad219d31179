"""The outbox, and the log of admin actions."""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from orbit_adapters.memory.storable_text import sanitized, storable
from orbit_adapters.memory.tables import OutboxRow, RecordConflict, Session
from orbit_domain.ids import TelegramId
from orbit_domain.notice.priority import Priority
from orbit_domain.notice.questions import questions_of
from orbit_domain.notice.repository import ERASED, UNREACHABLE, LossReason, LostMessages, OutboxMessage
from orbit_domain.storage import AdminAction


class MemoryOutbox:
    """The port `Outbox`. Attempts are counted when a message is postponed."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def add(self, message: OutboxMessage) -> bool:
        """Add it unless its dedupe key was used before."""
        message = sanitized(message)
        tables = self._session.tables
        if message.dedupe in tables.dedupe_keys:
            return False
        if message.id in tables.messages:
            raise RecordConflict(f"there is a message {message.id} already")
        tables.dedupe_keys[message.dedupe] = message.id
        tables.messages_of.append(message.tg_id, message.id)
        self._put(OutboxRow(message, message.notice.priority))
        self._session.changes.notices_due = True
        return True

    async def add_all(self, messages: Sequence[OutboxMessage]) -> frozenset[str]:
        """Add those whose dedupe keys weren't used before."""
        return frozenset([message.dedupe for message in messages if await self.add(message)])

    async def claim(self, now: datetime, lease_until: datetime, limit: int) -> tuple[OutboxMessage, ...]:
        """Claim messages that are due, by urgency and age, none before its user's earlier ones."""
        tables = self._session.tables
        undelivered = [tables.messages[message_id] for message_id in tables.undelivered]
        undelivered.sort(key=lambda row: (row.priority, row.message.id))
        due: list[OutboxRow] = []
        have_earlier: set[TelegramId] = set()
        for row in undelivered:
            if row.message.tg_id in have_earlier:
                continue
            if row.priority is not Priority.SET_ASIDE:
                have_earlier.add(row.message.tg_id)
            if row.message.not_before <= now and _is_free(row, now):
                due.append(row)
        claimed = [
            replace(row, message=replace(row.message, fence=row.message.fence + 1), lease_until=lease_until)
            for row in due[:limit]
        ]
        for row in claimed:
            self._put(row)
        return tuple(row.message for row in claimed)

    async def release_leases(self) -> None:
        """End every lease."""
        tables = self._session.tables
        for message_id in list(tables.undelivered):
            self._put(replace(tables.messages[message_id], lease_until=None))

    async def mark_done(self, message: OutboxMessage, at: datetime) -> bool:
        """Record that it was sent, unless the claim was lost."""
        return self._finish(message, done_at=at)

    async def postpone(self, message: OutboxMessage, not_before: datetime, error: str) -> bool:
        """Try again later, unless the claim was lost."""
        held = self._held(message)
        attempts = held.message.attempts + 1 if held else 0
        return self._finish(message, not_before=not_before, last_error=error, attempts=attempts)

    async def hold(self, message: OutboxMessage, until: datetime) -> bool:
        """Send it not before *until*, unless the claim was lost."""
        return self._finish(message, not_before=until)

    async def set_aside(self, message: OutboxMessage, not_before: datetime, error: str) -> bool:
        """Try again later, after everything else, unless the claim was lost."""
        is_held = await self.postpone(message, not_before, error)
        if is_held:
            self._put(replace(self._session.tables.messages[message.id], priority=Priority.SET_ASIDE))
        return is_held

    async def dead_letter(self, message: OutboxMessage, at: datetime, error: str) -> bool:
        """Record that it can never be sent, unless the claim was lost."""
        return self._finish(message, dead_at=at, last_error=error)

    async def drop(self, message: OutboxMessage, at: datetime, reason: str) -> bool:
        """Record that it isn't worth sending any more, unless the claim was lost."""
        return self._finish(message, done_at=at, dropped_reason=reason)

    async def erase(self, tg_id: TelegramId, at: datetime) -> None:
        """Forget what the user was told, and what the user wrote to the shop."""
        tables = self._session.tables
        asked = [name for key, name in tables.dedupe_keys.items() if key.startswith(questions_of(tg_id))]
        for message_id in {*tables.messages_of.of(tg_id), *asked}:
            row = tables.messages[message_id]
            message = replace(row.message, last_error=None)
            if message_id in tables.undelivered:
                message = replace(message, done_at=at, dropped_reason=ERASED)
            self._put(OutboxRow(message, row.priority, is_erased=True))

    async def known(self, dedupe_keys: Collection[str]) -> frozenset[str]:
        """Those that were used before."""
        return frozenset(key for key in dedupe_keys if storable(key) in self._session.tables.dedupe_keys)

    async def of_user(self, tg_id: TelegramId, limit: int) -> tuple[OutboxMessage, ...]:
        """The user's newest messages."""
        tables = self._session.tables
        newest = sorted(tables.messages_of.of(tg_id), reverse=True)
        found = (tables.messages[message_id] for message_id in newest[:limit])
        return tuple(row.message for row in found if not row.is_erased)

    async def lost_since(self, since: datetime) -> tuple[LostMessages, ...]:
        """What was given up since then."""
        rows = (row.message for row in self._session.tables.messages.values())
        lost = Counter((one.notice.kind, _loss_reason(one)) for one in rows if one.dead_at and one.dead_at >= since)
        return tuple(LostMessages(topic, reason, count) for (topic, reason), count in sorted(lost.items()))

    def _held(self, message: OutboxMessage) -> OutboxRow | None:
        tables = self._session.tables
        row = tables.messages[message.id] if message.id in tables.undelivered else None
        return row if row is not None and row.message.fence == message.fence else None

    def _finish(self, message: OutboxMessage, **changes: Any) -> bool:
        held = self._held(message)
        if held is None:
            return False
        self._put(OutboxRow(sanitized(replace(held.message, **changes)), held.priority))
        return True

    def _put(self, row: OutboxRow) -> None:
        tables = self._session.tables
        message = row.message
        tables.messages[message.id] = row
        if message.done_at is None and message.dead_at is None:
            tables.undelivered[message.id] = None
        else:
            tables.undelivered.pop(message.id, None)


class MemoryAdminLog:
    """The port `AdminLog`."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def add(self, record: AdminAction) -> None:
        """Record it. Raises RecordConflict for an id in use."""
        log = self._session.tables.audit
        if record.id in log:
            raise RecordConflict(f"there is an audit row {record.id} already")
        log[record.id] = sanitized(record)

    async def of_subject(self, subject: str, limit: int) -> tuple[AdminAction, ...]:
        """The newest actions on *subject*."""
        subject = storable(subject)
        about = [record for record in self._session.tables.audit.values() if record.subject == subject]
        return tuple(sorted(about, key=lambda record: (record.at, record.id), reverse=True)[:limit])

    async def newest(self, limit: int) -> tuple[AdminAction, ...]:
        """The newest actions."""
        log = self._session.tables.audit.values()
        return tuple(sorted(log, key=lambda record: (record.at, record.id), reverse=True)[:limit])


def _loss_reason(message: OutboxMessage) -> LossReason:
    is_ours = message.last_error not in (None, UNREACHABLE)
    return LossReason.UNREADABLE if is_ours else LossReason.UNREACHABLE


def _is_free(row: OutboxRow, now: datetime) -> bool:
    return row.lease_until is None or row.lease_until <= now
