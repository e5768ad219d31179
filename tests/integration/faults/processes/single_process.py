"""A sandbox outside, books in one SQLite file, and a shop of one process that is killed and started again."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from orbit_adapters.sql.engine import open_engine
from orbit_adapters.sql.storage import SqlStorage
from orbit_entry.config.settings import Settings
from orbit_entry.demo.customer import Customer
from orbit_entry.demo.environment import sandbox_environment
from orbit_entry.runtime.schema import prepare_database
from orbit_entry.web.server import serving
from orbit_sandbox.app import sandbox_app
from orbit_sandbox.sandbox import Sandbox
from tests.integration.faults.processes.purchases import PATIENCE_S
from tests.integration.faults.processes.shop_process import ForkServer, ShopProcess


@dataclass
class SingleProcessShop:
    """The sandbox, the books on disk, and the shop."""

    sandbox: Sandbox
    storage: SqlStorage
    shop_process: ShopProcess

    def customer(self, name: str) -> Customer:
        """Somebody new in the street, who is patient."""
        return Customer(self.sandbox, self.storage, self.sandbox.telegram.add_customer(name, "en").id, PATIENCE_S)

    async def open(self) -> None:
        """Start the first shop, and wait until it has looked at the chain: before that nobody is asked to pay."""
        await self.shop_process.start()
        await self.customer("Passer-by").until_watched()


@asynccontextmanager
async def open_single_process(fork_server: ForkServer, folder: Path) -> AsyncIterator[SingleProcessShop]:
    """A street whose shop hasn't opened yet; whatever lives there at the end is killed."""
    sandbox = Sandbox()
    async with serving(sandbox_app(sandbox), "127.0.0.1", 0) as address:
        given = sandbox_environment(address, sandbox, folder, None)
        await prepare_database(Settings.model_validate(given))
        environment = {key: str(value) for key, value in given.items() if value is not None}
        engine = open_engine(environment["DATABASE_URL"])
        shop_process = ShopProcess(fork_server, environment)
        try:
            yield SingleProcessShop(sandbox, SqlStorage(engine), shop_process)
        finally:
            await shop_process.close()
            sandbox.telegram.updates.terminate_poller()  # The dead ask no more, and the server waits for their call.
            await engine.dispose()
