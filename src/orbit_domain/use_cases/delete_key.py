"""A customer wants one of the keys no more."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from orbit_domain.access.key import Key
from orbit_domain.access.own_keys import KeyAwaited, NoSuchKey
from orbit_domain.clock import Clock
from orbit_domain.ids import Ids, KeyId, TelegramId
from orbit_domain.steps.current_terms import current_terms, keys_allowed
from orbit_domain.steps.record_key import deliver_orders
from orbit_domain.storage import Storage, Transaction, transact
from orbit_domain.subscription.subscription import GRACE


@dataclass(frozen=True, slots=True)
class DeleteKey:
    """Delete it for ever: the customer's link has it no more, its panels switch it off and then remove it.

    A second tap changes nothing. A key that was off because the plan gives fewer takes its place. The only key may go,
    unless a paid order waits for it: then nothing would be left to deliver. Raises NoSuchUser, NoSuchKey, KeyAwaited.
    """

    storage: Storage
    clock: Clock
    ids: Ids

    async def __call__(self, tg_id: TelegramId, key_id: KeyId) -> None:
        await transact(self.storage, lambda tx: self._delete(tx, tg_id, key_id))

    async def _delete(self, tx: Transaction, tg_id: TelegramId, key_id: KeyId) -> None:
        user = await tx.users.lock(tg_id)
        orders, now = await tx.orders.undelivered(tg_id), self.clock.now()
        key = await tx.keys.lock(key_id)
        if key is None or key.tg_id != tg_id:
            raise NoSuchKey(key_id)
        if key.deleted:
            return
        others = [one for one in await tx.keys.of_user(tg_id) if one.id != key_id]
        if orders and not others:
            raise KeyAwaited(key_id)
        await tx.keys.save(key.delete(now))
        await tx.good_copies.drop([key_id])
        if user.banned_at is None:
            await self._move_up(tx, tg_id, others, now)
        await deliver_orders(tx, self.ids, orders, user, now)

    async def _move_up(self, tx: Transaction, tg_id: TelegramId, others: Sequence[Key], now: datetime) -> None:
        """Switch on what the plan has room for now."""
        if all(one.enabled for one in others):
            return
        subscription = await tx.subscriptions.get(tg_id)
        terms = await current_terms(tx, subscription)
        if terms is None or subscription.ends_at is None or subscription.ends_at + GRACE <= now:
            return
        for listed in others[: keys_allowed(terms)]:
            key = await tx.keys.lock(listed.id)
            if key is not None and not key.enabled:
                await tx.keys.save(key.request_change(subscription.ends_at + GRACE, terms.traffic_bytes, now))
