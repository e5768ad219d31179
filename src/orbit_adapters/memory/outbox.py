"""What we owe people to hear, and the log of what admins did."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from orbit_adapters.memory.shelves import LeasedPromise, RecordConflict, Session
from orbit_adapters.memory.texts import cleaned, storable
from orbit_domain.ids import TelegramId
from orbit_domain.notice.ports import Promise
from orbit_domain.storage import AuditRecord


class MemoryOutbox:
    """The port `Outbox`. Attempts are counted when a promise is postponed."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def add(self, promise: Promise) -> bool:
        """Promise it unless this dedupe key was used before."""
        promise = cleaned(promise)
        rows = self._session.rows
        if promise.dedupe in rows.dedupes:
            return False
        if promise.id in rows.promises:
            raise RecordConflict(f"there is a promise {promise.id} already")
        rows.dedupes[promise.dedupe] = promise.id
        rows.promises_of.append(promise.tg_id, promise.id)
        self._put(LeasedPromise(promise))
        self._session.changes.notices_due = True
        return True

    async def claim(self, now: datetime, lease_until: datetime, limit: int) -> tuple[Promise, ...]:
        """Take promises whose time has come, oldest first."""
        rows = self._session.rows
        owed = [rows.promises[promise_id] for promise_id in rows.owed]
        due = [row.promise for row in owed if row.promise.not_before <= now and _is_free(row, now)]
        due.sort(key=lambda promise: (promise.not_before, promise.id))
        claimed = tuple(replace(promise, fence=promise.fence + 1) for promise in due[:limit])
        for promise in claimed:
            self._put(LeasedPromise(promise, lease_until))
        return claimed

    async def free_all(self) -> None:
        """End every lease."""
        rows = self._session.rows
        for promise_id in list(rows.owed):
            self._put(LeasedPromise(rows.promises[promise_id].promise))

    async def done(self, promise: Promise, at: datetime) -> bool:
        """Kept, unless the claim was lost."""
        return self._finish(promise, done_at=at)

    async def postpone(self, promise: Promise, not_before: datetime, error: str) -> bool:
        """Try again later, unless the claim was lost."""
        held = self._held(promise)
        attempts = held.attempts + 1 if held else 0
        return self._finish(promise, not_before=not_before, last_error=error, attempts=attempts)

    async def bury(self, promise: Promise, at: datetime, error: str) -> bool:
        """It can never be kept, unless the claim was lost."""
        return self._finish(promise, dead_at=at, last_error=error)

    async def of_user(self, tg_id: TelegramId, limit: int) -> tuple[Promise, ...]:
        """The user's newest promises."""
        rows = self._session.rows
        newest = sorted(rows.promises_of.of(tg_id), reverse=True)
        return tuple(rows.promises[promise_id].promise for promise_id in newest[:limit])

    def _held(self, promise: Promise) -> Promise | None:
        rows = self._session.rows
        row = rows.promises[promise.id].promise if promise.id in rows.owed else None
        return row if row is not None and row.fence == promise.fence else None

    def _finish(self, promise: Promise, **changes: Any) -> bool:
        held = self._held(promise)
        if held is None:
            return False
        self._put(LeasedPromise(cleaned(replace(held, **changes))))
        return True

    def _put(self, row: LeasedPromise) -> None:
        rows = self._session.rows
        promise = row.promise
        rows.promises[promise.id] = row
        if promise.done_at is None and promise.dead_at is None:
            rows.owed[promise.id] = None
        else:
            rows.owed.pop(promise.id, None)


class MemoryAudit:
    """The port `Audit`."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def add(self, record: AuditRecord) -> None:
        """Record it. Raises RecordConflict for an id in use."""
        log = self._session.rows.audit
        if record.id in log:
            raise RecordConflict(f"there is an audit row {record.id} already")
        log[record.id] = cleaned(record)

    async def of_subject(self, subject: str, limit: int) -> tuple[AuditRecord, ...]:
        """The newest actions on *subject*."""
        subject = storable(subject)
        about = [record for record in self._session.rows.audit.values() if record.subject == subject]
        return tuple(sorted(about, key=lambda record: (record.at, record.id), reverse=True)[:limit])


def _is_free(row: LeasedPromise, now: datetime) -> bool:
    return row.lease_until is None or row.lease_until <= now
