"""Connections that are lost in the middle of a sale cost nobody anything."""

import asyncio

import pytest

from orbit_adapters.sql.engine import open_engine
from orbit_adapters.sql.storage import SqlStorage
from orbit_domain.storage import StorageBusy, StorageError
from orbit_entry.runtime.retry import retry_on_busy
from orbit_testing import samples
from orbit_testing.samples import ALICE
from tests.integration.postgres.connection_cutter import cutting
from tests.integration.postgres.contended_shop import ContendedShop, Wish
from tests.support.servers.databases import terminate_backends

SEED = 20261121
STUBBORN = 1000


async def at_once(_failures: int) -> None:
    """A pause that takes no time."""


async def test_sales_survive_hundreds_of_lost_connections(contended_shop: ContendedShop) -> None:
    """A backend terminated before any statement or COMMIT of a sale: the unit is done again, and sells once."""
    wishes = await contended_shop.wishes(70)
    engine = open_engine(contended_shop.url)
    shop = contended_shop.shop(SqlStorage(engine))

    async def pay(wish: Wish) -> None:
        await retry_on_busy(lambda: shop.pay_from_balance(wish.tg_id, wish.order_id), attempts=STUBBORN, pause=at_once)

    async with cutting(engine, SEED, longest=24) as cutter:
        for wish in wishes:
            await pay(wish)
    await engine.dispose()
    await contended_shop.assert_each_bought_once(wishes)
    assert cutter.cuts >= 200
    assert cutter.commits >= 8


async def test_settling_survives_lost_connections(contended_shop: ContendedShop) -> None:
    """Deposits are settled by a verb that is interrupted over and over: each is credited once, none is left."""
    engine = open_engine(contended_shop.url)
    shop = contended_shop.shop(SqlStorage(engine))
    await shop.open_doors()
    buyers = await contended_shop.deposits(shop, 20)
    async with cutting(engine, SEED, longest=40) as cutter:
        await retry_on_busy(shop.settle_receipts, attempts=STUBBORN, pause=at_once)
    await engine.dispose()
    await contended_shop.assert_each_credited_once(buyers)
    assert cutter.cuts >= 20


async def test_many_at_once_survive_a_cut_of_all(contended_shop: ContendedShop) -> None:
    """Every connection of the shop is lost at one moment, whatever each was doing: all sales end, once each."""
    wishes = await contended_shop.wishes(30)
    shop = contended_shop.shop()

    async def buy(wish: Wish) -> None:
        while True:
            try:
                await retry_on_busy(lambda: shop.pay_from_balance(wish.tg_id, wish.order_id), pause=at_once)
            except StorageError:  # Cut while it was connecting: the customer taps again.
                continue
            return

    sales = [asyncio.create_task(buy(wish)) for wish in wishes]
    cuts = 0
    while cuts < 30 and not all(sale.done() for sale in sales):
        cuts += await terminate_backends(contended_shop.url, contended_shop.url.rpartition("/")[2])
    await asyncio.gather(*sales)
    await contended_shop.assert_each_bought_once(wishes)


@pytest.mark.parametrize("go_on", [True, False], ids=["at_a_statement", "at_the_commit"])
async def test_a_lost_connection_is_told_as_busy(contended_shop: ContendedShop, go_on: bool) -> None:
    """What was begun on a connection that broke isn't recorded, and may be begun again at once."""
    storage = contended_shop.storage()

    async def cut_inside() -> None:
        async with storage.transaction() as tx:
            await tx.users.add_if_absent(samples.new_user())
            await terminate_backends(contended_shop.url, contended_shop.url.rpartition("/")[2])
            if go_on:
                await tx.users.get(ALICE)

    with pytest.raises(StorageBusy) as told:
        await cut_inside()
    assert told.value.__suppress_context__
    async with storage.transaction() as tx:
        assert await tx.users.get(ALICE) is None
