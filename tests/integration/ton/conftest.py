"""A simulated chain, its simulated index, and the real adapter over ASGI."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

import httpx
import pytest
import stamina
import uvicorn
from fastapi import FastAPI

from orbit_adapters.ton.address import Network, TonAddress
from orbit_adapters.ton.api import ToncenterApi
from orbit_adapters.ton.scanner import TonSource
from orbit_domain.clock import Clock
from orbit_domain.payment.source import Cursor
from orbit_sandbox.chain.ledger import SimChain
from orbit_sandbox.chain.toncenter import FAULTS, toncenter_app
from orbit_sandbox.faults import Faults
from tests.support.clock import FakeClock

COIN = 10**9
URL = "http://index.example/api/v3"
START = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


@dataclass
class Shop:
    """The shop's wallet on the simulated chain, a payer with many coins, and the adapter that reads the wallet."""

    clock: FakeClock
    sim: SimChain
    faults: Faults
    http: httpx.AsyncClient
    wallet: str
    payer: str

    def chain(self, page_limit: int = 1000, attempts: int = 1, clock: Clock | None = None) -> TonSource:
        api = ToncenterApi(self.http, URL, Network.TESTNET, "a-key", attempts=attempts)
        account = TonAddress.parse(self.wallet, Network.TESTNET)
        return TonSource(api, account, clock or self.clock, page_limit=page_limit)

    def pay(self, units: int, comment: str | None = None) -> None:
        self.sim.pay(self.payer, self.wallet, units, comment)

    def start(self) -> Cursor:
        return Cursor.start(self.chain().name)


@pytest.fixture(autouse=True)
def retries_without_waiting() -> Iterator[None]:
    """Retries happen without the waits between attempts."""
    with stamina.set_testing(True, attempts=4, cap=True):
        yield


@pytest.fixture
async def shop() -> AsyncIterator[Shop]:
    clock = FakeClock(START)
    sim = SimChain(clock, seed=7)
    faults = Faults(FAULTS)
    transport = httpx.ASGITransport(toncenter_app(sim, faults, keys=frozenset({"a-key"})))
    async with httpx.AsyncClient(transport=transport) as http:
        yield Shop(clock, sim, faults, http, sim.wallet("shop"), sim.wallet("payer", 10**15 * COIN))


@asynccontextmanager
async def serving(app: FastAPI) -> AsyncIterator[str]:
    """Serve *app* on a free port of this machine; its address without a path."""
    config = uvicorn.Config(app, port=0, log_level="critical", lifespan="off")
    server = uvicorn.Server(config)
    sockets = [config.bind_socket()]
    running = asyncio.create_task(server.serve(sockets))
    try:
        yield f"http://127.0.0.1:{sockets[0].getsockname()[1]}"
    finally:
        server.should_exit = True
        await running
