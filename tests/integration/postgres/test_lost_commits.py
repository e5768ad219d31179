"""A COMMIT was sent and the answer is lost: nobody knows whether it happened, and nothing is done twice."""

import random
from collections import Counter
from collections.abc import AsyncIterator

import pytest

from orbit_domain.storage import StorageBusy
from orbit_entry.runtime.retry import retry_on_busy
from orbit_testing import samples
from orbit_testing.samples import ALICE
from tests.integration.postgres.contended_shop import ContendedShop
from tests.integration.postgres.proxy import CommitProxy, Cut

SEED = 20261121
SALES = 140
DEPOSITS = 50


@pytest.fixture
async def proxy(contended_shop: ContendedShop) -> AsyncIterator[CommitProxy]:
    async with CommitProxy(contended_shop.url) as proxy:
        yield proxy
        await contended_shop.close()


async def at_once(_failures: int) -> None:
    """A pause that takes no time."""


async def test_orders_are_paid_once(contended_shop: ContendedShop, proxy: CommitProxy) -> None:
    """The COMMIT of a sale is lost on its way there or back, and the whole unit is done again: one debit, one month."""
    chance = random.Random(SEED)
    wishes = await contended_shop.wishes(SALES, kopecks=3 * 12_900)
    shop = contended_shop.shop(contended_shop.storage(proxy.url))
    for wish in wishes:
        proxy.cut = chance.choice(list(Cut))
        await retry_on_busy(lambda wish=wish: shop.pay_from_balance(wish.tg_id, wish.order_id), pause=at_once)
    assert len(proxy.cuts) == SALES
    assert min(Counter(proxy.cuts).values()) >= SALES // 3
    await contended_shop.assert_each_bought_once(wishes)


async def test_deposits_are_credited_once(contended_shop: ContendedShop, proxy: CommitProxy) -> None:
    """COMMITs are lost while deposits are settled, reading ones and writing ones: each is credited exactly once."""
    chance = random.Random(SEED)
    direct = contended_shop.shop()
    await direct.open_doors()
    buyers = await contended_shop.deposits(direct, DEPOSITS)
    shop = contended_shop.shop(contended_shop.storage(proxy.url))

    async def settle() -> int:
        proxy.cut, proxy.spare = chance.choice(list(Cut)), chance.randrange(4)
        return await shop.settle_receipts()

    await retry_on_busy(settle, attempts=10 * DEPOSITS, pause=at_once)
    proxy.cut = None
    assert len(proxy.cuts) >= 60
    await contended_shop.assert_each_credited_once(buyers)


@pytest.mark.parametrize("cut", list(Cut), ids=lambda cut: cut.name.lower())
async def test_an_unknown_outcome_is_told_as_busy(contended_shop: ContendedShop, proxy: CommitProxy, cut: Cut) -> None:
    """Whichever way a COMMIT was lost, the caller learns that it isn't known; asking the books tells which it was."""
    storage = contended_shop.storage(proxy.url)

    async def register() -> None:
        async with storage.transaction() as tx:
            await tx.users.add_if_absent(samples.new_user())
            proxy.cut = cut

    with pytest.raises(StorageBusy, match="nobody knows whether it happened"):
        await register()
    async with storage.transaction() as tx:
        assert (await tx.users.get(ALICE) is not None) == (cut is Cut.ANSWER)
