"""A sandbox, one SQLite file, and a shop of one process that is killed and started again."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from orbit_adapters.sql.engine import open_engine
from orbit_adapters.sql.storage import SqlStorage
from orbit_domain.money import RUB
from orbit_entry.demo.customer import Customer
from orbit_entry.demo.environment import sandbox_settings
from orbit_entry.demo.providers import connect_providers
from orbit_entry.web.server import serving
from orbit_sandbox.app import sandbox_app
from orbit_sandbox.sandbox import Sandbox
from tests.integration.faults.processes.mixed_payments import until_all_lists_are_read
from tests.integration.faults.processes.purchases import PATIENCE_S
from tests.integration.faults.processes.shop_process import ForkServer, ShopProcess
from tests.support.empty_shop import put_empty_shop

_NOWHERE = "http://127.0.0.1:9"
"""Where the providers send their news: no webhook arrives, so the lists alone say what was paid."""


@dataclass
class SingleProcessShop:
    """The sandbox, the storage on disk, and the shop."""

    sandbox: Sandbox
    storage: SqlStorage
    shop_process: ShopProcess

    def customer(self, name: str) -> Customer:
        """A new customer, who waits longer than a killed process's leases."""
        return Customer(self.sandbox, self.storage, self.sandbox.telegram.add_customer(name, "en").id, PATIENCE_S)

    async def open(self) -> None:
        """Start the shop, and wait until it has read every list: before that no payment can be requested."""
        await self.shop_process.start()
        await until_all_lists_are_read(self.customer("Passer-by"))


@asynccontextmanager
async def open_single_process(fork_server: ForkServer, folder: Path) -> AsyncIterator[SingleProcessShop]:
    """A shop that isn't started yet; it is killed at the end."""
    sandbox = Sandbox()
    async with serving(sandbox_app(sandbox), "127.0.0.1", 0) as address:
        given = sandbox_settings(address, sandbox, folder, None) | connect_providers(sandbox, address, _NOWHERE)
        await put_empty_shop(folder / "orbit.db")
        environment = {key: str(value) for key, value in given.items() if value is not None}
        engine = open_engine(environment["DATABASE_URL"])
        shop_process = ShopProcess(fork_server, environment)
        try:
            yield SingleProcessShop(sandbox, SqlStorage(engine, base=RUB), shop_process)
        finally:
            await shop_process.close()
            sandbox.telegram.updates.terminate_poller()  # A dead process polls no more; the server would wait for it.
            await engine.dispose()
