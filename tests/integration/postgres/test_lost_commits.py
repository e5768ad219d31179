"""A COMMIT is sent and its answer is lost: the outcome is unknown, and nothing is done twice."""

import random
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

import pytest

from orbit_domain.ids import TelegramId
from orbit_domain.storage import Storage, StorageBusy, Transaction
from orbit_domain.subscription.repository import Customer
from orbit_entry.runtime.retry import retry_on_busy
from orbit_testing import samples
from orbit_testing.samples import ALICE
from tests.integration.postgres.contended_shop import ContendedShop
from tests.integration.postgres.proxy import CommitProxy, Cut

SEED = 20261121
SALES = 140
DEPOSITS = 80


@pytest.fixture
async def proxy(contended_shop: ContendedShop) -> AsyncIterator[CommitProxy]:
    async with CommitProxy(contended_shop.url) as proxy:
        yield proxy
        await contended_shop.close()


async def without_pause(_failures: int) -> None:
    """A pause that takes no time."""


class CutStorage:
    """A storage that loses about every second COMMIT. It is quiet when a run has found nothing to write."""

    def __init__(self, storage: Storage, proxy: CommitProxy, chance: random.Random) -> None:
        self._storage, self._proxy, self._chance = storage, proxy, chance
        self._transactions = 0

    @property
    def is_quiet(self) -> bool:
        transactions, self._transactions = self._transactions, 0
        return transactions == 1  # Nothing was claimed.

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Transaction]:
        self._transactions += 1
        if self._proxy.cut is None:
            self._proxy.cut, self._proxy.spare = self._chance.choice(list(Cut)), self._chance.randrange(3)
        async with self._storage.transaction() as tx:
            yield tx

    async def find_customer(self, tg_id: TelegramId) -> Customer | None:
        return await self._storage.find_customer(tg_id)


async def test_orders_are_paid_once(contended_shop: ContendedShop, proxy: CommitProxy) -> None:
    """The COMMIT of a sale or its answer is lost, and the unit of work is repeated: one debit, one month."""
    chance = random.Random(SEED)
    open_orders = await contended_shop.open_orders(SALES, kopecks=3 * 12_900)
    shop = contended_shop.shop(contended_shop.storage(proxy.url))
    for order in open_orders:
        proxy.cut = chance.choice(list(Cut))
        await retry_on_busy(lambda order=order: shop.pay_from_balance(order.tg_id, order.order_id), pause=without_pause)
    assert len(proxy.cuts) == SALES
    assert min(Counter(proxy.cuts).values()) >= SALES // 3
    await contended_shop.assert_each_bought_once(open_orders)


async def test_deposits_are_credited_once(contended_shop: ContendedShop, proxy: CommitProxy) -> None:
    """COMMITs are lost while deposits are settled, of reads and of writes: each is credited exactly once."""
    chance = random.Random(SEED)
    direct = contended_shop.shop()
    await direct.open()
    buyers = await contended_shop.deposits(direct, DEPOSITS)
    cut_storage = CutStorage(contended_shop.storage(proxy.url), proxy, chance)
    shop = contended_shop.shop(cut_storage)
    settle = replace(shop.settle_receipts, batch=4)  # So that there are many COMMITs to lose.
    while not cut_storage.is_quiet:
        await retry_on_busy(settle, attempts=10 * DEPOSITS, pause=contended_shop.lease_ends)
        await contended_shop.lease_ends()
    proxy.cut = None
    assert len(proxy.cuts) >= 60
    await contended_shop.assert_each_credited_once(buyers)


@pytest.mark.parametrize("cut", list(Cut), ids=lambda cut: cut.name.lower())
async def test_an_unknown_outcome_is_busy(contended_shop: ContendedShop, proxy: CommitProxy, cut: Cut) -> None:
    """In both cases the caller gets StorageBusy; reading the database shows the outcome."""
    storage = contended_shop.storage(proxy.url)

    async def register() -> None:
        async with storage.transaction() as tx:
            await tx.users.add_if_absent(samples.new_user())
            proxy.cut = cut

    with pytest.raises(StorageBusy, match="its outcome is unknown"):
        await register()
    async with storage.transaction() as tx:
        assert (await tx.users.get(ALICE) is not None) == (cut is Cut.ANSWER)
