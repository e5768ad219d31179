"""A sandbox outside, books in PostgreSQL, Redis, and a shop of several processes behind a balancer."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from orbit_adapters.sandbox.app import sandbox_app
from orbit_adapters.sandbox.sandbox import Sandbox
from orbit_adapters.sql.engine import open_engine
from orbit_adapters.sql.storage import SqlStorage
from orbit_adapters.system.clock import SystemClock
from orbit_domain.use_cases.reclaim_work import ReclaimWork
from orbit_entry.demo.customer import Customer
from orbit_entry.demo.stage import sandbox_environment
from orbit_entry.retrying import persevere
from orbit_entry.web.server import serving
from tests.integration.crash.purchases import PATIENCE_S
from tests.integration.crash.shops import Nursery, Shops
from tests.integration.scale.balancer import balancer
from tests.servers.opening import own_redis
from tests.servers.redis_server import RedisServer


@dataclass
class Town:
    """The sandbox, the books, Redis, and the processes of one shop."""

    sandbox: Sandbox
    storage: SqlStorage
    redis: RedisServer
    bots: list[Shops]
    workers: list[Shops]

    @property
    def everything(self) -> list[Shops]:
        """Every process, the bots first."""
        return [*self.bots, *self.workers]

    def customer(self, name: str) -> Customer:
        """Somebody new in town, who is patient: what a killed worker had taken comes back when its lease ends."""
        return Customer(self.sandbox, self.storage, self.sandbox.telegram.add_customer(name, "en").id, PATIENCE_S)

    async def let_leases_end(self) -> None:
        """What the dead had taken was theirs for minutes. Here these are over at once: harder on the living."""
        await persevere(ReclaimWork(self.storage, SystemClock()))


@asynccontextmanager
async def open_town(
    nursery: Nursery, folder: Path, postgres_url: str, *, bots: int = 2, workers: int = 2
) -> AsyncIterator[Town]:
    """Everything started: the bots answer about their health, and somebody watches the chain."""
    sandbox = Sandbox()
    ports = [_free_port() for _ in range(bots)]
    bots_at = [f"http://127.0.0.1:{port}" for port in ports]
    async with AsyncExitStack() as open_:
        redis = await open_.enter_async_context(own_redis())
        http = await open_.enter_async_context(httpx.AsyncClient(timeout=30))
        address = await open_.enter_async_context(serving(sandbox_app(sandbox), "127.0.0.1", 0))
        front = await open_.enter_async_context(serving(balancer(bots_at, http), "127.0.0.1", 0))
        given = sandbox_environment(address, sandbox, folder, None) | {
            "DATABASE_URL": postgres_url,
            "REDIS_URL": redis.url,
            "ORBIT_WEBHOOK_URL": front,
            "ORBIT_WEBHOOK_SECRET": "a-secret-of-the-sandbox",
        }
        environment = {key: str(value) for key, value in given.items() if value is not None}
        engine = open_engine(postgres_url)
        open_.push_async_callback(engine.dispose)
        town = Town(
            sandbox,
            SqlStorage(engine),
            redis,
            [Shops(nursery, environment | {"ORBIT_WEB_PORT": str(port)}, ("bot",)) for port in ports],
            [Shops(nursery, environment, ("worker",)) for _ in range(workers)],
        )
        for shop in town.everything:
            open_.push_async_callback(shop.close)
            await shop.start()
        for bot in bots_at:
            await _until_ready(http, bot)
        await town.customer("Passer-by").until_watched()
        yield town


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port: int = free.getsockname()[1]
        return port


async def _until_ready(http: httpx.AsyncClient, address: str) -> None:
    async with asyncio.timeout(60):
        while True:
            try:
                if (await http.get(address + "/health/ready")).status_code == 200:
                    return
            except httpx.TransportError:
                await asyncio.sleep(0.05)
