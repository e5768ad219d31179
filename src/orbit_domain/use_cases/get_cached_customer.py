"""A customer from the cache: for screens alone, never to decide about money or access."""

from dataclasses import dataclass

from orbit_domain.cache.customer_codec import decode_customer, encode_customer
from orbit_domain.cache.ports import CUSTOMER, Cache
from orbit_domain.ids import TelegramId
from orbit_domain.storage import ChangeSet, Storage
from orbit_domain.subscription.repository import Customer
from orbit_domain.user.user import NoSuchUser


@dataclass(frozen=True, slots=True)
class GetCachedCustomer:
    """The customer from the cache, at most a minute old; else from the database into the cache. Raises NoSuchUser."""

    storage: Storage
    cache: Cache

    async def __call__(self, tg_id: TelegramId) -> Customer:
        key = CUSTOMER.key(tg_id)
        remembered = await self.cache.get(key)
        if remembered is not None:
            try:
                return decode_customer(remembered)
            except (ValueError, RecursionError):
                await self.cache.drop(key)
        customer = await self.storage.find_customer(tg_id)
        if customer is None:
            raise NoSuchUser(tg_id)
        await self.remember(customer)
        return customer

    async def remember(self, customer: Customer) -> None:
        """Cache *customer*, who was just read outside of a transaction."""
        await self.cache.put(CUSTOMER.key(customer.user.tg_id), encode_customer(customer), CUSTOMER.ttl_s)


@dataclass(frozen=True, slots=True)
class InvalidateCustomers:
    """Drop changed customers from the cache: the port `AfterCommit`."""

    cache: Cache

    async def __call__(self, changes: ChangeSet) -> None:
        if changes.customers:
            await self.cache.drop(*map(CUSTOMER.key, changes.customers))
