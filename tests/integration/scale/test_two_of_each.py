"""Two bots and two workers on one PostgreSQL and one Redis sell as one shop does."""

import asyncio
import signal
import socket
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from orbit_adapters.sandbox.app import sandbox_app
from orbit_adapters.sandbox.sandbox import Sandbox
from orbit_adapters.sql.engine import open_engine
from orbit_adapters.sql.storage import SqlStorage
from orbit_domain.order.order import OrderState
from orbit_domain.use_cases.audit_ledger import AuditLedger
from orbit_entry.demo.customer import Customer
from orbit_entry.demo.stage import sandbox_environment
from orbit_entry.web.server import serving
from tests.integration.crash.shops import Shops, open_nursery
from tests.integration.scale.balancer import balancer
from tests.servers.opening import own_redis
from tests.servers.redis_server import RedisServer


@dataclass
class Town:
    """The sandbox, the books, Redis, and four processes of one shop."""

    sandbox: Sandbox
    storage: SqlStorage
    redis: RedisServer
    bots: list[Shops]
    workers: list[Shops]

    def customer(self, name: str) -> Customer:
        """Somebody new in town, who is patient: what a killed worker had taken comes back when its lease ends."""
        return Customer(self.sandbox, self.storage, self.sandbox.telegram.add_customer(name, "en").id, 180)

    async def assert_everybody_has_exactly_one(self, customers: list[Customer]) -> None:
        """One delivered order and one account each, nothing left over, and the books hold."""
        assert (await AuditLedger(self.storage)()).findings == ()
        for customer in customers:
            orders, user = await customer.orders(), await customer.user()
            assert [order.state for order in orders] == [OrderState.DELIVERED]
            assert user is not None
            assert user.balance.units == 0
        assert len(self.sandbox.panel.users) == len(customers)


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port: int = free.getsockname()[1]
        return port


@pytest.fixture
async def town(tmp_path: Path, postgres_url: str) -> AsyncIterator[Town]:
    """Everything started; the doors are open when the bots answer about their health."""
    sandbox = Sandbox()
    bot_ports = [_free_port(), _free_port()]
    bots_at = [f"http://127.0.0.1:{port}" for port in bot_ports]
    async with AsyncExitStack() as open_:
        redis = await open_.enter_async_context(own_redis())
        http = await open_.enter_async_context(httpx.AsyncClient(timeout=30))
        address = await open_.enter_async_context(serving(sandbox_app(sandbox), "127.0.0.1", 0))
        front = await open_.enter_async_context(serving(balancer(bots_at, http), "127.0.0.1", 0))
        given = sandbox_environment(address, sandbox, tmp_path, None) | {
            "DATABASE_URL": postgres_url,
            "REDIS_URL": redis.url,
            "ORBIT_WEBHOOK_URL": front,
            "ORBIT_WEBHOOK_SECRET": "a-secret-of-the-sandbox",
        }
        environment = {key: str(value) for key, value in given.items() if value is not None}
        nursery = (await open_.enter_async_context(open_nursery(environment))).nursery
        bots = [Shops(nursery, environment | {"ORBIT_WEB_PORT": str(port)}, ("bot",)) for port in bot_ports]
        workers = [Shops(nursery, environment, ("worker",)) for _ in range(2)]
        engine = open_engine(postgres_url)
        open_.push_async_callback(engine.dispose)
        for shop in (*bots, *workers):
            await shop.start()
            open_.push_async_callback(_end, shop)
        for bot in bots_at:
            await _until_ready(http, bot)
        yield Town(sandbox, SqlStorage(engine), redis, bots, workers)


async def _end(shop: Shops) -> None:
    if shop.pid is not None:
        await shop.kill()


async def _until_ready(http: httpx.AsyncClient, address: str) -> None:
    async with asyncio.timeout(30):
        while True:
            try:
                if (await http.get(address + "/health/ready")).status_code == 200:
                    return
            except httpx.TransportError:
                await asyncio.sleep(0.05)


async def _buy(customer: Customer) -> None:
    customer.sandbox.telegram.press_start(customer.id)
    await customer.until_watched()
    customer.pay(await customer.ask_for_bill())
    await customer.until_delivered()


async def test_two_of_each_sell_as_one(town: Town) -> None:
    """Ten customers at once over two bots and two workers: each has one order, one key, and nothing twice."""
    customers = [town.customer(f"Customer {number}") for number in range(10)]
    await asyncio.gather(*(_buy(customer) for customer in customers))
    await town.assert_everybody_has_exactly_one(customers)


async def test_any_process_may_die(town: Town) -> None:
    """A bot and a worker are killed in the middle of purchases: the others finish them."""
    customers = [town.customer(f"Customer {number}") for number in range(6)]
    buying = [asyncio.create_task(_buy(customer)) for customer in customers]
    await customers[0].button("pay:")
    await town.bots[0].kill()
    await town.workers[0].kill()
    await asyncio.gather(*buying)
    await town.assert_everybody_has_exactly_one(customers)


async def test_redis_may_vanish(town: Town) -> None:
    """Redis is flushed and then stopped in the middle of purchases: they end delivered, and readiness names Redis."""
    customers = [town.customer(f"Customer {number}") for number in range(6)]
    buying = [asyncio.create_task(_buy(customer)) for customer in customers]
    await customers[0].button("pay:")
    await town.redis.flush()
    await town.redis.stop()
    await asyncio.gather(*buying)
    await town.assert_everybody_has_exactly_one(customers)
    async with httpx.AsyncClient() as http:
        port = town.bots[0].environment["ORBIT_WEB_PORT"]
        report = (await http.get(f"http://127.0.0.1:{port}/health/ready")).json()
    assert report["status"] == "degraded"
    assert report["components"]["redis"]["status"] == "degraded"


async def test_sixty_four_taps_on_two_replicas_make_one_order(town: Town) -> None:
    """The same button tapped sixty-four times, spread over two bots: one order."""
    customer = town.customer("Impatient")
    town.sandbox.telegram.press_start(customer.id)
    await customer.tap("plans")
    message, data = await customer.button("buy:sub_1m")
    taps = [town.sandbox.telegram.tap(customer.id, message, data) for _ in range(64)]

    async def answered() -> bool:
        return all(getattr(tap, "answers", 0) == 1 for tap in taps)

    await customer.until("an answer to every tap", answered)
    assert len(await customer.orders()) == 1


async def test_sigterm_of_everything_loses_nothing(town: Town) -> None:
    """All four are asked to leave under load and started again: everybody gets what they paid for."""
    customers = [town.customer(f"Customer {number}") for number in range(6)]
    buying = [asyncio.create_task(_buy(customer)) for customer in customers]
    await customers[0].button("pay:")
    everything = (*town.bots, *town.workers)
    await asyncio.gather(*(shop.end(signal.SIGTERM) for shop in everything))
    for shop in everything:
        await shop.start()
    await asyncio.gather(*buying)
    await town.assert_everybody_has_exactly_one(customers)
