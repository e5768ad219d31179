"""The whole server is killed while the shop sells, and comes back."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from orbit_adapters.sql.engine import open_engine
from orbit_adapters.sql.migrate import migrate
from orbit_adapters.sql.storage import SqlStorage
from orbit_domain.storage import StorageBusy, StorageError, StorageUnavailable
from orbit_entry.runtime.retry import retry_on_busy
from tests.integration.postgres.contended_shop import ContendedShop, Wish
from tests.support.servers.opening import own_postgres
from tests.support.servers.postgres import PostgresServer

KILLS = 3
MOST_CONNECTIONS = 40
SALES_PER_KILL = 20


@pytest.fixture
async def server() -> AsyncIterator[PostgresServer]:
    """A server that writes through to the disk, like in production."""
    async with own_postgres(durable=True) as server:
        await migrate(server.url)
        yield server


@pytest.fixture
async def contended_shop(server: PostgresServer) -> AsyncIterator[ContendedShop]:
    """A town on that server."""
    contended_shop = ContendedShop(server.url)
    yield contended_shop
    await contended_shop.close()


async def test_sales_go_on_by_themselves_after_kill_nine(contended_shop: ContendedShop, server: PostgresServer) -> None:
    """What was answered before the kill is kept; what wasn't is sold by the same process afterwards; all of it once."""
    shop = contended_shop.shop()
    sold: list[Wish] = []
    everybody: list[Wish] = []

    async def sell(wish: Wish, is_back: asyncio.Event) -> None:
        try:
            await retry_on_busy(lambda: shop.pay_from_balance(wish.tg_id, wish.order_id))
        except StorageError:
            await is_back.wait()  # Telegram sends the tap again, to a process that was never restarted.
            await retry_on_busy(lambda: shop.pay_from_balance(wish.tg_id, wish.order_id))
        sold.append(wish)

    for turn in range(KILLS):
        wishes = await contended_shop.wishes(SALES_PER_KILL, first=1000 * (turn + 1))
        everybody += wishes
        is_back = asyncio.Event()
        sales = [asyncio.create_task(sell(wish, is_back)) for wish in wishes]
        # One at least is answered before the kill, and most are in the middle of it.
        await asyncio.wait(sales, return_when=asyncio.FIRST_COMPLETED)
        await server.kill9()
        answered = len(sold)
        assert answered > turn * SALES_PER_KILL
        await server.restart()
        await contended_shop.assert_each_bought_once(sold[:answered])
        is_back.set()
        await asyncio.gather(*sales)
    assert len(sold) == KILLS * SALES_PER_KILL
    await contended_shop.assert_each_bought_once(everybody)


class Refused(Exception):
    """What the caller of a transaction raises by itself."""


async def test_a_server_that_hangs_takes_nothing_with_it(server: PostgresServer) -> None:
    """A rollback that is never answered hides no refusal and costs no place in the pool: later all forty work."""
    storage = SqlStorage(open_engine(server.url, patience_s=0.3))
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
    together = asyncio.Barrier(MOST_CONNECTIONS)

    async def look() -> None:
        async with storage.transaction() as tx:
            await tx.plans.active()
            await together.wait()

    await asyncio.gather(*(look() for _ in range(MOST_CONNECTIONS)))
    await storage.close()


async def test_without_a_server_the_storage_is_unavailable(
    contended_shop: ContendedShop, server: PostgresServer
) -> None:
    """While it is down everybody is told at once; a connection that was kept is told as lost or as gone, never more."""
    (wish,) = await contended_shop.wishes(1)
    shop = contended_shop.shop()
    await shop.show_home(wish.tg_id)
    await server.stop()
    for _ in range(3):
        with pytest.raises((StorageUnavailable, StorageBusy)):
            await shop.show_home(wish.tg_id)
    with pytest.raises(StorageUnavailable):
        await retry_on_busy(lambda: shop.show_home(wish.tg_id))
    await server.start()
    assert (await shop.show_home(wish.tg_id)).user.tg_id == wish.tg_id
