"""A sandbox, PostgreSQL, Redis, and a shop of several processes behind a balancer."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from orbit_adapters.sql.engine import open_engine
from orbit_adapters.sql.storage import SqlStorage
from orbit_adapters.system.clock import SystemClock
from orbit_domain.money import RUB
from orbit_domain.storage import StorageBusy, StorageUnavailable
from orbit_domain.use_cases.release_leases import ReleaseLeases
from orbit_entry.demo.customer import Customer
from orbit_entry.demo.environment import sandbox_settings
from orbit_entry.web.server import serving
from orbit_sandbox.app import sandbox_app
from orbit_sandbox.sandbox import Sandbox
from tests.integration.faults.processes.balancer import balancer
from tests.integration.faults.processes.purchases import PATIENCE_S
from tests.integration.faults.processes.shop_process import ForkServer, ShopProcess
from tests.support.servers.opening import own_redis
from tests.support.servers.redis_server import RedisServer

_END_ABANDONED = text(
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() "
    "AND state = 'active' AND wait_event = 'ClientRead' AND xact_start < now() - interval '10 s'"
)


@dataclass
class Cluster:
    """The sandbox, the storage, Redis, and the processes of one shop."""

    sandbox: Sandbox
    engine: AsyncEngine
    storage: SqlStorage
    redis: RedisServer
    bots: list[ShopProcess]
    workers: list[ShopProcess]

    @property
    def everything(self) -> list[ShopProcess]:
        """Every process, the bots first."""
        return [*self.bots, *self.workers]

    def customer(self, name: str) -> Customer:
        """A new customer, who waits longer than a killed worker's leases."""
        return Customer(self.sandbox, self.storage, self.sandbox.telegram.add_customer(name, "en").id, PATIENCE_S)

    async def release_leases(self) -> None:
        """End the leases of killed or stopped processes at once, instead of after minutes.

        A stopped one may hold rows until the server ends its transaction, so this takes as long as that does.
        """
        async with asyncio.timeout(PATIENCE_S):
            while True:
                try:
                    return await ReleaseLeases(self.storage, SystemClock())()
                except (StorageBusy, StorageUnavailable):
                    await self.end_abandoned_transactions()

    async def end_abandoned_transactions(self) -> None:
        """End transactions of clients that stopped between preparing a statement and executing it.

        PostgreSQL takes these for active, so none of its timeouts ends them before its release 17, which has
        `transaction_timeout`. Idle ones end by themselves. Whoever is slow only begins again.
        """
        async with self.engine.connect() as connection:
            await connection.execute(_END_ABANDONED)


@asynccontextmanager
async def open_cluster(
    fork_server: ForkServer, folder: Path, postgres_url: str, *, bots: int = 2, workers: int = 2
) -> AsyncIterator[Cluster]:
    """Every process started: the bots are ready, and the chain is read."""
    sandbox = Sandbox()
    ports = [_free_port() for _ in range(bots)]
    bots_at = [f"http://127.0.0.1:{port}" for port in ports]
    async with AsyncExitStack() as open_:
        redis = await open_.enter_async_context(own_redis())
        http = await open_.enter_async_context(httpx.AsyncClient(timeout=30))
        address = await open_.enter_async_context(serving(sandbox_app(sandbox), "127.0.0.1", 0))
        front = await open_.enter_async_context(serving(balancer(bots_at, http), "127.0.0.1", 0))
        given = sandbox_settings(address, sandbox, folder, None) | {
            "DATABASE_URL": postgres_url,
            "REDIS_URL": redis.url,
            "ORBIT_WEBHOOK_URL": front,
            "ORBIT_WEBHOOK_SECRET": "a-secret-of-the-sandbox",
        }
        environment = {key: str(value) for key, value in given.items() if value is not None}
        engine = open_engine(postgres_url)
        open_.push_async_callback(engine.dispose)
        cluster = Cluster(
            sandbox,
            engine,
            SqlStorage(engine, base=RUB),
            redis,
            [ShopProcess(fork_server, environment | {"ORBIT_WEB_PORT": str(port)}, ("bot",)) for port in ports],
            [ShopProcess(fork_server, environment, ("worker",)) for _ in range(workers)],
        )
        for shop in cluster.everything:
            open_.push_async_callback(shop.close)
            await shop.start()
        for bot in bots_at:
            await _until_ready(http, bot)
        await cluster.customer("Passer-by").until_scanned()
        yield cluster


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
