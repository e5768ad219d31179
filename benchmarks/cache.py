"""What the cache saves on a day of taps: each hit is a statement that isn't sent."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from benchmarks.day import Action, Event, day
from benchmarks.figures import Figure
from orbit_adapters.memory.cache import MemoryCache
from orbit_adapters.memory.storage import MemoryStorage
from orbit_domain.ids import TelegramId
from orbit_domain.money import RUB
from orbit_domain.use_cases.get_cached_customer import GetCachedCustomer, InvalidateCustomers
from orbit_domain.user.user import NewUser
from tests.support.clock import FakeClock

TITLE = "The customer's row on a day of taps"
CUSTOMERS, SMALL_CUSTOMERS = 20_000, 200
MIDNIGHT = datetime(2026, 11, 21, tzinfo=UTC)


async def measure(*, small: bool) -> list[Figure]:
    """Replay the day on the cache in memory, which fulfils the same contract as the one in Redis."""
    customers = SMALL_CUSTOMERS if small else CUSTOMERS
    cache = await _replayed(day(customers), customers)
    hits, misses = cache.counts["hit"], cache.counts["miss"]
    return [
        Figure("customers", customers, ""),
        Figure("taps", hits + misses, ""),
        Figure("statements", misses, ""),
        Figure("hits", 100 * hits / (hits + misses), "%"),
    ]


async def _replayed(events: Iterable[Event], customers: int) -> MemoryCache:
    clock = FakeClock(MIDNIGHT)
    cache = MemoryCache(clock, maximum=customers)
    storage = MemoryStorage(InvalidateCustomers(cache), base=RUB)
    async with storage.transaction() as tx:
        for number in range(customers):
            await tx.users.add_if_absent(NewUser(_tg_id(number), None, "ru", None, MIDNIGHT))
    clock.at += timedelta(hours=1)  # The write guard of the new customers has ended.
    begin = clock.at
    get_customer = GetCachedCustomer(storage, cache)
    for event in events:
        clock.at = begin + timedelta(seconds=event.at_s)
        if event.action is Action.TAP:
            await get_customer(_tg_id(event.customer))
        else:
            async with storage.transaction() as tx:
                await tx.users.set_language(_tg_id(event.customer), "ru")
    return cache


def _tg_id(number: int) -> TelegramId:
    return TelegramId(700_000_000 + number)
