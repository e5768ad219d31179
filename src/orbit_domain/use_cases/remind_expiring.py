"""Remind customers whose period is about to end, or has just ended."""

from dataclasses import dataclass

from orbit_domain.clock import Clock
from orbit_domain.ids import Ids
from orbit_domain.notice.notice import PeriodEnding
from orbit_domain.steps.notify import notify_all
from orbit_domain.storage import Storage, Transaction, transact
from orbit_domain.subscription.reminders import due, next_reminder


@dataclass(frozen=True, slots=True)
class RemindExpiring:
    """Add each reminder to the outbox once a period: its dedupe key holds the period's end.

    Each customer is looked at when the next reminder is due, and not between: a run with nothing to do is one
    statement, however many customers there are.
    """

    storage: Storage
    clock: Clock
    ids: Ids
    page: int = 50

    async def __call__(self) -> int:
        """How many new reminders were added."""
        added, looked_at = 0, self.page
        while looked_at == self.page:
            looked_at, new = await transact(self.storage, self._remind)
            added += new
        return added

    async def _remind(self, tx: Transaction) -> tuple[int, int]:
        """How many customers of a page were looked at, and how many reminders were new."""
        now = self.clock.now()
        found = await tx.subscriptions.to_remind(now, self.page)
        if not found:
            return 0, 0
        reminders = ((one, due(one, now)) for one in found)
        notices = [
            (one.tg_id, PeriodEnding(reminder.kind, reminder.ends_at, one.plan_code))
            for one, reminder in reminders
            if reminder is not None
        ]
        new = await notify_all(tx, self.ids, notices, now)
        await tx.subscriptions.remind_at({one.tg_id: next_reminder(one, now) for one in found})
        return len(found), new
