"""Remind customers whose period is about to end, or has just ended."""

from dataclasses import dataclass
from datetime import datetime

from orbit_domain.clock import Clock
from orbit_domain.ids import Ids, TelegramId
from orbit_domain.notice.notice import PeriodEnding
from orbit_domain.steps.notify import notify
from orbit_domain.storage import Storage, Transaction
from orbit_domain.subscription.reminders import FIRST_REMINDER_BEFORE, LAST_REMINDER_UNTIL, due
from orbit_domain.subscription.subscription import Subscription


@dataclass(frozen=True, slots=True)
class RemindExpiring:
    """Add each reminder to the outbox once a period: its dedupe key holds the period's end."""

    storage: Storage
    clock: Clock
    ids: Ids
    page: int = 500

    async def __call__(self) -> int:
        """How many new reminders were added."""
        now = self.clock.now()
        added = 0
        after: tuple[datetime, TelegramId] | None = None
        while True:
            async with self.storage.transaction() as tx:
                page = await tx.subscriptions.ending_between(
                    now - LAST_REMINDER_UNTIL, now + FIRST_REMINDER_BEFORE, after, self.page
                )
                for subscription in page:
                    added += await self._remind(tx, subscription, now)
            if len(page) < self.page or page[-1].ends_at is None:
                return added
            after = (page[-1].ends_at, page[-1].tg_id)

    async def _remind(self, tx: Transaction, subscription: Subscription, now: datetime) -> bool:
        reminder = due(subscription, now)
        if reminder is None:
            return False
        notice = PeriodEnding(reminder.kind, reminder.ends_at, subscription.plan_code)
        return await notify(tx, self.ids, subscription.tg_id, notice, now)
