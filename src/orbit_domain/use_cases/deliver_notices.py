"""Send the notices that are due."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from orbit_domain.clock import Clock
from orbit_domain.notice.notice import PeriodEnding
from orbit_domain.notice.ports import Notifier, RetryLater, Unreachable
from orbit_domain.notice.repository import OutboxMessage
from orbit_domain.storage import Storage, retry_on_busy
from orbit_domain.user.user import User


@dataclass(frozen=True, slots=True)
class DeliverNotices:
    """Claim what is due, send it, record it. A crash in between sends it again; no notice is lost."""

    storage: Storage
    clock: Clock
    notifier: Notifier
    batch: int = 20
    lease: timedelta = timedelta(seconds=120)

    async def __call__(self) -> int:
        """How many notices were sent."""
        now = self.clock.now()
        async with self.storage.transaction() as tx:
            claimed = await tx.outbox.claim(now, now + self.lease, self.batch)
        sent = 0
        unexpected: Exception | None = None
        for message in claimed:
            try:
                sent += await self._send(message)
            except Exception as error:  # One notice that fails unexpectedly doesn't hold up the others.
                unexpected = error
        if unexpected is not None:
            raise unexpected
        return sent

    async def _send(self, message: OutboxMessage) -> bool:
        user = await retry_on_busy(lambda: self._recipient(message))
        if user is None:
            await retry_on_busy(lambda: self._done(message))
            return False
        try:
            await self.notifier.send(message.tg_id, user.language, message.notice)
        except Unreachable:
            await retry_on_busy(lambda: self._give_up(message))
            return False
        except RetryLater as error:
            later, reason = self.clock.now() + error.after, error.reason
            await retry_on_busy(lambda: self._postpone(message, later, reason))
            return False
        await retry_on_busy(lambda: self._done(message))
        return True

    async def _done(self, message: OutboxMessage) -> None:
        async with self.storage.transaction() as tx:
            await tx.outbox.mark_done(message, self.clock.now())

    async def _postpone(self, message: OutboxMessage, later: datetime, reason: str) -> None:
        async with self.storage.transaction() as tx:
            await tx.outbox.postpone(message, later, reason)

    async def _recipient(self, message: OutboxMessage) -> User | None:
        """The recipient; None when a newer period has made a reminder void."""
        async with self.storage.transaction() as tx:
            customer = await tx.subscriptions.customer(message.tg_id)
        if customer is None:
            return None
        notice = message.notice
        if isinstance(notice, PeriodEnding) and customer.subscription.ends_at != notice.ends_at:
            return None
        return customer.user

    async def _give_up(self, message: OutboxMessage) -> None:
        now = self.clock.now()
        async with self.storage.transaction() as tx:
            await tx.users.set_unreachable(message.tg_id, now)
            await tx.outbox.dead_letter(message, now, "the user can't be reached")
