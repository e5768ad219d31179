"""Tell people what we owe them to hear."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from orbit_domain.clock import Clock
from orbit_domain.notice.notice import PeriodEnding
from orbit_domain.notice.ports import Notifier, Promise, TellLater, Unreachable
from orbit_domain.storage import Storage
from orbit_domain.use_cases.insisting import insist
from orbit_domain.user.user import User


@dataclass(frozen=True, slots=True)
class DeliverNotices:
    """Claim what is due, tell it, record it. A crash in between tells it again, never not at all."""

    storage: Storage
    clock: Clock
    notifier: Notifier
    batch: int = 20
    lease: timedelta = timedelta(seconds=120)

    async def __call__(self) -> int:
        """How many notices were told."""
        now = self.clock.now()
        async with self.storage.transaction() as tx:
            claimed = await tx.outbox.claim(now, now + self.lease, self.batch)
        told = 0
        unforeseen: Exception | None = None
        for promise in claimed:
            try:
                told += await self._keep(promise)
            except Exception as error:  # One notice that fails in a way nobody foresaw doesn't hold up the others.
                unforeseen = error
        if unforeseen is not None:
            raise unforeseen
        return told

    async def _keep(self, promise: Promise) -> bool:
        user = await insist(lambda: self._listener(promise))
        if user is None:
            await insist(lambda: self._done(promise))
            return False
        try:
            await self.notifier.tell(promise.tg_id, user.language, promise.notice)
        except Unreachable:
            await insist(lambda: self._give_up(promise))
            return False
        except TellLater as trouble:
            later, reason = self.clock.now() + trouble.after, trouble.reason
            await insist(lambda: self._postpone(promise, later, reason))
            return False
        await insist(lambda: self._done(promise))
        return True

    async def _done(self, promise: Promise) -> None:
        async with self.storage.transaction() as tx:
            await tx.outbox.done(promise, self.clock.now())

    async def _postpone(self, promise: Promise, later: datetime, reason: str) -> None:
        async with self.storage.transaction() as tx:
            await tx.outbox.postpone(promise, later, reason)

    async def _listener(self, promise: Promise) -> User | None:
        """Who hears it; nobody when a newer period has made a reminder void."""
        async with self.storage.transaction() as tx:
            customer = await tx.subscriptions.customer(promise.tg_id)
        if customer is None:
            return None
        notice = promise.notice
        if isinstance(notice, PeriodEnding) and customer.subscription.ends_at != notice.ends_at:
            return None
        return customer.user

    async def _give_up(self, promise: Promise) -> None:
        now = self.clock.now()
        async with self.storage.transaction() as tx:
            await tx.users.set_unreachable(promise.tg_id, now)
            await tx.outbox.bury(promise, now, "the user can't be reached")
