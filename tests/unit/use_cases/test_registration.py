"""/start: who is known and whose row needn't change costs one read; what is shown is what was read."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

import pytest

from orbit_adapters.memory.cache import MemoryCache
from orbit_domain.cache.ports import CUSTOMER, WRITE_GUARD_S
from orbit_domain.ids import TelegramId
from orbit_domain.storage import Storage, Transaction
from orbit_domain.subscription.repository import Customer
from orbit_domain.user.user import User
from tests.support.buyer import ALICE, Buyer
from tests.support.shop import Shop
from tests.support.world import World

NEWCOMER = TelegramId(4_712)


class CountedStorage:
    """Counts transactions and reads beside them. `is_late`: those come too early to find anybody."""

    def __init__(self, storage: Storage) -> None:
        self.transactions = 0
        self.reads = 0
        self.is_late = False
        self._storage = storage

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Transaction]:
        self.transactions += 1
        async with self._storage.transaction() as tx:
            yield tx

    async def find_customer(self, tg_id: TelegramId) -> Customer | None:
        self.reads += 1
        return None if self.is_late else await self._storage.find_customer(tg_id)

    def spent(self) -> tuple[int, int]:
        """Transactions and reads since the last call."""
        spent = self.transactions, self.reads
        self.transactions = self.reads = 0
        return spent


@pytest.fixture
def storage(world: World) -> CountedStorage:
    return CountedStorage(world.storage)


@pytest.fixture
def counted(world: World, storage: CountedStorage) -> Shop:
    """The shop over the counted storage, with a cache of its own."""
    return Shop(replace(world.ports(), storage=storage, cache=MemoryCache(world.clock)))


async def test_a_start_reads_the_row_once(alice: Buyer, world: World, counted: Shop, storage: CountedStorage) -> None:
    """Of a known customer once and in no transaction, home and the next tap included; a new one is written in one."""
    await alice.buy()
    world.clock.advance(seconds=WRITE_GUARD_S)
    shown = await counted.show_home.after_start(await counted.register_user(ALICE, "renamed", "en", "16"))
    assert storage.spent() == (0, 1)
    assert shown.subscription.ends_at is not None
    assert await counted.show_home(ALICE) == shown
    assert storage.spent() == (0, 0)
    registered = await counted.register_user(NEWCOMER, "new", "en")
    first = await counted.show_home.after_start(registered)
    assert (registered.is_new, storage.spent()) == (True, (1, 1))
    assert await counted.show_home(NEWCOMER) == first
    world.clock.advance(seconds=CUSTOMER.ttl_s)
    assert (await counted.show_home(NEWCOMER)).user == first.user


async def test_a_start_that_changes_the_row_is_recorded_and_shown(
    alice: Buyer, world: World, counted: Shop, storage: CountedStorage
) -> None:
    """Who can be reached again, and who comes back for a deleted account, at once; who only looks on stays deleted."""

    async def recorded() -> User:
        async with world.storage.transaction() as tx:
            return await tx.users.lock(ALICE)

    async with world.storage.transaction() as tx:
        await tx.users.set_unreachable(ALICE, world.clock.now())
    assert (await counted.register_user(ALICE, None, None)).user.unreachable_at is None
    assert (storage.spent(), (await recorded()).unreachable_at) == ((1, 1), None)
    async with world.storage.transaction() as tx:
        await tx.users.erase(ALICE, world.clock.now())
    gone = await counted.register_user(ALICE, "back", "en")
    assert (storage.spent(), gone.user.deleted_at) == ((0, 1), world.clock.now())
    back = await counted.register_user(ALICE, "back", "en", comes_back=True)
    assert (back.user.deleted_at, back.user.username, back.user.language) == (None, "back", "en")
    assert (storage.spent(), await recorded()) == ((1, 1), back.user)


async def test_who_was_registered_meanwhile_is_found(
    alice: Buyer, world: World, counted: Shop, storage: CountedStorage
) -> None:
    """Two first taps on /start at once, in two processes: the second one gets the row of the first, as it is."""
    await alice.buy()
    storage.is_late = True
    registered = await counted.register_user(ALICE, "second", "en", "16")
    assert not registered.is_new
    assert registered.customer == await world.storage.find_customer(ALICE)
