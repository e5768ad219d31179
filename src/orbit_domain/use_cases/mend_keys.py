"""The owner lets a customer's keys follow the time that the customer was given."""

from dataclasses import dataclass, replace
from datetime import datetime

from orbit_domain.clock import Clock
from orbit_domain.ids import Ids, TelegramId
from orbit_domain.steps.current_terms import terms_for_keys
from orbit_domain.steps.request_keys import request_keys
from orbit_domain.storage import AdminAction, Storage, Transaction, subject_of
from orbit_domain.subscription.subscription import GRACE, Subscription, fold


@dataclass(frozen=True, slots=True)
class MendKeys:
    """The subscription ends when the grants say so; keys follow it: made, moved, or working no more.

    A second time changes nothing but what is asked of the panel again. Raises NoSuchUser.
    """

    storage: Storage
    clock: Clock
    ids: Ids

    async def __call__(self, tg_id: TelegramId, actor: str, reason: str) -> Subscription:
        """The subscription as it is now."""
        async with self.storage.transaction() as tx:
            is_welcome = (await tx.users.lock(tg_id)).is_welcome
            now = self.clock.now()
            ends_at = fold(tg_id, await tx.grants.of_user(tg_id))
            subscription = replace(await tx.subscriptions.get(tg_id), ends_at=ends_at)
            await tx.subscriptions.save(subscription)
            terms = await terms_for_keys(tx, subscription)
            if ends_at is not None and ends_at > now and terms is not None and is_welcome:
                await request_keys(tx, subscription, terms, now, self.ids)
            else:
                await self._end_keys(tx, tg_id, ends_at, now)
            action = AdminAction(self.ids.uuid(), actor, "mend_keys", subject_of(tg_id), reason, now)
            await tx.admin_log.add(action)
            return subscription

    async def _end_keys(self, tx: Transaction, tg_id: TelegramId, ends_at: datetime | None, now: datetime) -> None:
        """Keys end with the time that is over, after its grace; where there never was any, they work no more."""
        for listed in await tx.keys.of_user(tg_id):
            key = await tx.keys.lock(listed.id)
            if key is not None:
                expires_at = (ends_at or now) + GRACE
                is_kept = key.enabled and ends_at is not None
                changed = key.request_change(expires_at, key.traffic_bytes, now) if is_kept else None
                await tx.keys.save(changed or key.revoke(expires_at, now))
