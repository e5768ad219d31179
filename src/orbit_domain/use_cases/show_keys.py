"""What a customer connects with."""

from dataclasses import dataclass
from datetime import datetime

from orbit_domain.access.key import Key
from orbit_domain.clock import Clock
from orbit_domain.ids import TelegramId
from orbit_domain.storage import Storage
from orbit_domain.subscription.subscription import Subscription, SubscriptionState
from orbit_domain.use_cases.get_cached_customer import GetCachedCustomer
from orbit_domain.use_cases.give_link import GiveLink, OwnLink
from orbit_domain.user.user import User


@dataclass(frozen=True, slots=True)
class KeysView:
    """The customer's keys. One without a subscription link is still being prepared.

    `own_link` leads to all of them; None: each key's panel has a link of its own.
    """

    user: User
    subscription: Subscription
    state: SubscriptionState
    keys: tuple[Key, ...]
    now: datetime
    own_link: OwnLink | None = None

    def url_of(self, key: Key) -> str:
        """What the customer connects *key* with; empty while it is being prepared."""
        if self.own_link is not None and key.serving.has_served:
            return self.own_link.url  # It stays while the key gets other secrets, or another place.
        return key.subscription_url or ""


@dataclass(frozen=True, slots=True)
class ShowKeys:
    """Read the keys. Raises NoSuchUser."""

    storage: Storage
    clock: Clock
    get_cached_customer: GetCachedCustomer
    give_link: GiveLink

    async def __call__(self, tg_id: TelegramId) -> KeysView:
        customer = await self.get_cached_customer(tg_id)
        async with self.storage.transaction() as tx:
            keys = await tx.keys.of_user(tg_id)
        own_link = await self.give_link(tg_id) if any(key.serving.has_served for key in keys) else None
        now = self.clock.now()
        return KeysView(customer.user, customer.subscription, customer.subscription.state(now), keys, now, own_link)
