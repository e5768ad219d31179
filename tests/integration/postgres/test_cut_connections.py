"""Connections that are lost during a sale lose no money and no order."""

import asyncio
from dataclasses import replace

import pytest

from orbit_adapters.sql.storage import SqlStorage
from orbit_domain.money import RUB
from orbit_domain.storage import StorageBusy, StorageError
from orbit_entry.runtime.retry import retry_on_busy
from orbit_testing import samples
from orbit_testing.samples import ALICE
from tests.integration.postgres.connection_cutter import cut_connections
from tests.integration.postgres.contended_shop import ContendedShop, OpenOrder
from tests.integration.postgres.patience import patient_engine
from tests.support.servers.databases import terminate_backends

SEED = 20261121
MAX_ATTEMPTS = 1000


async def without_pause(_failures: int) -> None:
    """A pause that takes no time."""


async def test_sales_survive_hundreds_of_lost_connections(contended_shop: ContendedShop) -> None:
    """A backend terminated before any statement or COMMIT of a sale: the unit of work is repeated, and sells once."""
    open_orders = await contended_shop.open_orders(70)
    engine = patient_engine(contended_shop.url)
    shop = contended_shop.shop(SqlStorage(engine, base=RUB))

    async def pay(order: OpenOrder) -> None:
        await retry_on_busy(
            lambda: shop.pay_from_balance(order.tg_id, order.order_id), attempts=MAX_ATTEMPTS, pause=without_pause
        )

    async with cut_connections(engine, SEED, max_calls=24) as cutter:
        for order in open_orders:
            await pay(order)
    await engine.dispose()
    await contended_shop.assert_each_bought_once(open_orders)
    assert cutter.cuts >= 200
    assert cutter.commits >= 8


async def test_settling_survives_lost_connections(contended_shop: ContendedShop) -> None:
    """Deposits are settled by a use case that is interrupted repeatedly: each is credited once, none is left."""
    engine = patient_engine(contended_shop.url)
    shop = contended_shop.shop(SqlStorage(engine, base=RUB))
    await shop.open()
    buyers = await contended_shop.deposits(shop, 26)
    settle = replace(shop.settle_receipts, batch=2)  # So that there is much to cut.
    async with cut_connections(engine, SEED, max_calls=24) as cutter:
        await retry_on_busy(settle, attempts=MAX_ATTEMPTS, pause=contended_shop.lease_ends)
    await contended_shop.lease_ends()
    await shop.settle_receipts()
    await engine.dispose()
    await contended_shop.assert_each_credited_once(buyers)
    assert cutter.cuts >= 20


async def test_many_without_pause_survive_a_cut_of_all(contended_shop: ContendedShop) -> None:
    """All connections of the shop are lost at one moment: all sales complete, once each."""
    open_orders = await contended_shop.open_orders(30)
    shop = contended_shop.shop()

    async def buy(order: OpenOrder) -> None:
        while True:
            try:
                await retry_on_busy(lambda: shop.pay_from_balance(order.tg_id, order.order_id), pause=without_pause)
            except StorageError:  # Cut while it was connecting: the customer taps again.
                continue
            return

    sales = [asyncio.create_task(buy(order)) for order in open_orders]
    cuts = 0
    while cuts < 30 and not all(sale.done() for sale in sales):
        cuts += await terminate_backends(contended_shop.url, contended_shop.url.rpartition("/")[2])
    await asyncio.gather(*sales)
    await contended_shop.assert_each_bought_once(open_orders)


@pytest.mark.parametrize("go_on", [True, False], ids=["at_a_statement", "at_the_commit"])
async def test_a_lost_connection_is_busy(contended_shop: ContendedShop, go_on: bool) -> None:
    """Work on a connection that broke isn't recorded, and may be repeated at once."""
    storage = contended_shop.storage()

    async def cut_inside() -> None:
        async with storage.transaction() as tx:
            await tx.users.add_if_absent(samples.new_user())
            await terminate_backends(contended_shop.url, contended_shop.url.rpartition("/")[2])
            if go_on:
                await tx.users.get(ALICE)

    with pytest.raises(StorageBusy) as raised:
        await cut_inside()
    assert raised.value.__suppress_context__
    async with storage.transaction() as tx:
        assert await tx.users.get(ALICE) is None
