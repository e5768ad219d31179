"""A customer makes one more of the keys that the plan gives."""

from dataclasses import dataclass

from orbit_domain.access.own_keys import (
    ANYWHERE,
    KeyLimitReached,
    NoTimeForKeys,
    RegionStamp,
    RegionUnavailable,
    TooManyNewKeys,
    next_key_from,
    next_key_nonce,
    region_stamp,
)
from orbit_domain.clock import Clock
from orbit_domain.ids import Ids, Nonce, TelegramId
from orbit_domain.steps.current_terms import current_terms, keys_allowed
from orbit_domain.steps.request_keys import KeyWish, make_key
from orbit_domain.storage import Storage, Transaction, transact
from orbit_domain.subscription.subscription import SubscriptionState
from orbit_domain.use_cases.list_regions import ListRegions

_OVER = (SubscriptionState.NONE, SubscriptionState.EXPIRED)


@dataclass(frozen=True, slots=True)
class AddKey:
    """Make the key of this button, once, however often it is tapped; an outdated button makes none.

    It is placed and brought to its panel as every new key is. Raises NoSuchUser, NoTimeForKeys, KeyLimitReached,
    TooManyNewKeys, RegionUnavailable.
    """

    storage: Storage
    clock: Clock
    ids: Ids
    list_regions: ListRegions

    async def __call__(self, tg_id: TelegramId, nonce: Nonce, stamp: RegionStamp = ANYWHERE) -> bool:
        """Whether a key was made, in the region of *stamp*."""
        region = None if stamp == ANYWHERE else await self._region(stamp)
        return await transact(self.storage, lambda tx: self._add(tx, tg_id, KeyWish(region, nonce)))

    async def _region(self, stamp: RegionStamp) -> str:
        for region in await self.list_regions():
            if region_stamp(region) == stamp:
                return region
        raise RegionUnavailable

    async def _add(self, tx: Transaction, tg_id: TelegramId, wish: KeyWish) -> bool:
        (await tx.users.lock(tg_id)).require_welcome()
        now = self.clock.now()
        ever = await tx.keys.all_of_user(tg_id)
        if wish.nonce != next_key_nonce(ever):
            return False
        subscription = await tx.subscriptions.get(tg_id)
        terms = await current_terms(tx, subscription)
        if subscription.state(now) in _OVER or terms is None:
            raise NoTimeForKeys
        allowed = keys_allowed(terms)
        if sum(not key.deleted for key in ever) >= allowed:
            raise KeyLimitReached(allowed)
        free_from = next_key_from(ever, allowed, now)
        if free_from > now:
            raise TooManyNewKeys(free_from)
        await make_key(tx, subscription, terms, ever, wish, now, self.ids)
        return True
