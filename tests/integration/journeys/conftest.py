"""Whole shops for the journeys: real bot, real worker, SQLite file, simulators over real HTTP."""

import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from orbit_adapters.sql.migrate import migrate
from orbit_entry.demo.customer import Customer
from orbit_entry.demo.environment import open_environment
from orbit_sandbox.sandbox import Sandbox
from tests.integration.journeys.journey import PATIENCE_S, Journey, OpenShop


@pytest.fixture(scope="session")
async def migrated_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The database of an empty shop, migrated once for all journeys."""
    file = tmp_path_factory.mktemp("migrated") / "orbit.db"
    await migrate(f"sqlite+aiosqlite:///{file}")
    return file


@pytest.fixture(scope="module", params=["polling", "webhook"])
async def shop(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, migrated_file: Path
) -> AsyncIterator[OpenShop]:
    """A running shop, with polling and with the webhook: to open one costs more than most journeys in it."""
    folder = tmp_path_factory.mktemp("journeys")
    shutil.copy(migrated_file, folder / "orbit.db")
    sandbox = Sandbox()
    owner_id = sandbox.telegram.add_customer("Owner", "en").id
    async with open_environment(sandbox, folder, 0, owner_id, pushed=request.param == "webhook") as environment:
        owner = Customer(sandbox, environment.storage, owner_id, PATIENCE_S)
        await greet(owner)
        yield OpenShop(environment, owner)


@pytest.fixture
async def journey(shop: OpenShop) -> AsyncIterator[Journey]:
    """A new customer of that shop, who sees the home screen. Faults end with the test."""
    journey = Journey(shop.environment, shop.owner, shop.newcomer("Анна"))
    await greet(journey.customer)
    await journey.customer.until_scanned()
    yield journey
    shop.environment.sandbox.faults.clear()


async def greet(customer: Customer) -> None:
    """Press Start and wait for the home screen."""
    customer.sandbox.telegram.press_start(customer.id)
    await customer.button("plans")
