"""Remind customers whose period is about to end, or has just ended."""

from dataclasses import dataclass
from datetime import datetime

from orbit_domain.clock import Clock
from orbit_domain.ids import Ids
from orbit_domain.notice.notice import PeriodEnding
from orbit_domain.steps.notify import notify
from orbit_domain.storage import Storage, Transaction
from orbit_domain.subscription.reminders import due, windows
from orbit_domain.subscription.subscription import Subscription


@dataclass(frozen=True, slots=True)
class RemindExpiring:
    """Add each reminder to the outbox once a period: its dedupe key holds the period's end.

    Only what is newly due is read, so a run with nothing to do is one statement, however many customers there are.
    """

    storage: Storage
    clock: Clock
    ids: Ids
    page: int = 500

    async def __call__(self) -> int:
        """How many new reminders were added."""
        now = self.clock.now()
        added = 0
        while True:
            async with self.storage.transaction() as tx:
                found = await tx.subscriptions.unreminded(windows(now), self.page)
                new = [one for one in found if await self._remind(tx, one, now)]
            added += len(new)
            # Without a new one another worker is adding the same ones, and the next page would be this one again.
            if len(found) < self.page or not new:
                return added

    async def _remind(self, tx: Transaction, subscription: Subscription, now: datetime) -> bool:
        reminder = due(subscription, now)
        if reminder is None:
            return False
        notice = PeriodEnding(reminder.kind, reminder.ends_at, subscription.plan_code)
        return await notify(tx, self.ids, subscription.tg_id, notice, now)
