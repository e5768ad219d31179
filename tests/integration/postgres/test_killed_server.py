"""The server is killed while the shop sells, and is started again."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from orbit_adapters.sql.engine import open_engine
from orbit_adapters.sql.migrate import migrate
from orbit_adapters.sql.storage import SqlStorage
from orbit_domain.money import RUB
from orbit_domain.storage import StorageBusy, StorageError, StorageUnavailable
from orbit_entry.runtime.retry import retry_on_busy
from tests.integration.postgres.contended_shop import ContendedShop, OpenOrder
from tests.support.servers.opening import own_postgres
from tests.support.servers.postgres import PostgresServer

KILLS = 3
MAX_CONNECTIONS = 40
SALES_PER_KILL = 20


@pytest.fixture
async def server() -> AsyncIterator[PostgresServer]:
    """A server that syncs to the disk, like in production."""
    async with own_postgres(durable=True) as server:
        await migrate(server.url)
        yield server


@pytest.fixture
async def contended_shop(server: PostgresServer) -> AsyncIterator[ContendedShop]:
    """A contended shop on that server."""
    contended_shop = ContendedShop(server.url)
    yield contended_shop
    await contended_shop.close()


async def test_sales_go_on_by_themselves_after_kill_nine(contended_shop: ContendedShop, server: PostgresServer) -> None:
    """Sales answered before the kill are kept; the others are sold by the same process afterwards; each once."""
    shop = contended_shop.shop()
    sold: list[OpenOrder] = []
    all_orders: list[OpenOrder] = []

    async def sell(order: OpenOrder, is_back: asyncio.Event) -> None:
        try:
            await retry_on_busy(lambda: shop.pay_from_balance(order.tg_id, order.order_id))
        except StorageError:
            await is_back.wait()  # Telegram sends the tap again, to a process that was never restarted.
            await retry_on_busy(lambda: shop.pay_from_balance(order.tg_id, order.order_id))
        sold.append(order)

    for kill in range(KILLS):
        open_orders = await contended_shop.open_orders(SALES_PER_KILL, first=1000 * (kill + 1))
        all_orders += open_orders
        is_back = asyncio.Event()
        sales = [asyncio.create_task(sell(order, is_back)) for order in open_orders]
        # One at least is answered before the kill, and most are in the middle of it.
        await asyncio.wait(sales, return_when=asyncio.FIRST_COMPLETED)
        await server.kill9()
        answered = len(sold)
        assert answered > kill * SALES_PER_KILL
        await server.restart()
        await contended_shop.assert_each_bought_once(sold[:answered])
        is_back.set()
        await asyncio.gather(*sales)
    assert len(sold) == KILLS * SALES_PER_KILL
    await contended_shop.assert_each_bought_once(all_orders)


class Refused(Exception):
    """An error that the caller of a transaction raises."""


async def test_a_server_that_hangs_costs_no_connection(server: PostgresServer) -> None:
    """A rollback that is never answered hides no refusal and keeps no connection of the pool: later all forty work."""
    storage = SqlStorage(open_engine(server.url, response_timeout_s=0.3), base=RUB)
    hanging = asyncio.Barrier(3)

    async def refuse() -> None:
        async with storage.transaction() as tx:
            await tx.plans.active()
            await hanging.wait()
            await hanging.wait()
            raise Refused

    refusals = [asyncio.create_task(refuse()) for _ in range(2)]
    await hanging.wait()
    server.pause()
    await hanging.wait()
    assert [type(error) for error in await asyncio.gather(*refusals, return_exceptions=True)] == [Refused] * 2
    server.resume()
    together = asyncio.Barrier(MAX_CONNECTIONS)

    async def read_plans() -> None:
        async with storage.transaction() as tx:
            await tx.plans.active()
            await together.wait()

    await asyncio.gather(*(read_plans() for _ in range(MAX_CONNECTIONS)))
    await storage.close()


async def test_without_a_server_the_storage_is_unavailable(
    contended_shop: ContendedShop, server: PostgresServer
) -> None:
    """While it is down every call fails at once with StorageUnavailable; a pooled connection may give StorageBusy."""
    (order,) = await contended_shop.open_orders(1)
    shop = contended_shop.shop()
    await shop.show_home(order.tg_id)
    await server.stop()
    for _ in range(3):
        with pytest.raises((StorageUnavailable, StorageBusy)):
            await shop.show_home(order.tg_id)
    with pytest.raises(StorageUnavailable):
        await retry_on_busy(lambda: shop.show_home(order.tg_id))
    await server.start()
    assert (await shop.show_home(order.tg_id)).user.tg_id == order.tg_id
