"""A customer from the cache: for screens alone, never to decide about money or access."""

from dataclasses import dataclass, field

from orbit_domain.cache.customer_codec import decode_customer, encode_customer
from orbit_domain.cache.ports import CUSTOMER, Cache
from orbit_domain.ids import TelegramId
from orbit_domain.storage import ChangeSet, Storage
from orbit_domain.subscription.repository import Customer
from orbit_domain.user.user import NoSuchUser

_MAX_DECODED = 1_000


@dataclass(frozen=True, slots=True)
class GetCachedCustomer:
    """The customer from the cache, at most a minute old; else from the database into the cache. Raises NoSuchUser.

    What the last texts say is remembered: an update asks for its customer twice. The cache alone says what holds.
    """

    storage: Storage
    cache: Cache
    _decoded: dict[str, tuple[str, Customer]] = field(default_factory=dict, init=False, repr=False, compare=False)

    async def __call__(self, tg_id: TelegramId) -> Customer:
        key = CUSTOMER.key(tg_id)
        remembered = await self.cache.get(key)
        if remembered is not None:
            try:
                return self._decode(key, remembered)
            except (ValueError, RecursionError):
                await self.cache.drop(key)
        customer = await self.storage.find_customer(tg_id)
        if customer is None:
            raise NoSuchUser(tg_id)
        await self.remember(customer)
        return customer

    async def remember(self, customer: Customer) -> None:
        """Cache *customer*, who was just read outside of a transaction."""
        key, text = CUSTOMER.key(customer.user.tg_id), encode_customer(customer)
        self._keep(key, text, customer)
        await self.cache.put(key, text, CUSTOMER.ttl_s)

    def _decode(self, key: str, text: str) -> Customer:
        known, customer = self._decoded.get(key, (None, None))
        if customer is None or known != text:
            customer = decode_customer(text)
            self._keep(key, text, customer)
        return customer

    def _keep(self, key: str, text: str, customer: Customer) -> None:
        if len(self._decoded) >= _MAX_DECODED:
            self._decoded.clear()
        self._decoded[key] = (text, customer)


@dataclass(frozen=True, slots=True)
class InvalidateCustomers:
    """Drop changed customers from the cache: the port `AfterCommit`."""

    cache: Cache

    async def __call__(self, changes: ChangeSet) -> None:
        if changes.customers:
            await self.cache.drop(*map(CUSTOMER.key, changes.customers))
