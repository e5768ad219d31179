"""What a customer connects with."""

from dataclasses import dataclass
from datetime import datetime

from orbit_domain.access.key import Key
from orbit_domain.clock import Clock
from orbit_domain.ids import TelegramId
from orbit_domain.storage import Storage
from orbit_domain.subscription.subscription import Subscription, SubscriptionState
from orbit_domain.use_cases.get_cached_customer import GetCachedCustomer
from orbit_domain.user.user import User


@dataclass(frozen=True, slots=True)
class KeysView:
    """The customer's keys. One without a subscription link is still being prepared."""

    user: User
    subscription: Subscription
    state: SubscriptionState
    keys: tuple[Key, ...]
    now: datetime


@dataclass(frozen=True, slots=True)
class ShowKeys:
    """Read the keys. Raises NoSuchUser."""

    storage: Storage
    clock: Clock
    get_cached_customer: GetCachedCustomer

    async def __call__(self, tg_id: TelegramId) -> KeysView:
        customer = await self.get_cached_customer(tg_id)
        async with self.storage.transaction() as tx:
            keys = await tx.keys.of_user(tg_id)
        now = self.clock.now()
        return KeysView(customer.user, customer.subscription, customer.subscription.state(now), keys, now)
