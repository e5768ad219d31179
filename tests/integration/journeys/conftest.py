"""A whole shop for each journey: real bot, real worker, SQLite file, simulators over real HTTP."""

import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from orbit_adapters.sql.migrate import migrate
from orbit_entry.demo.customer import Customer
from orbit_entry.demo.environment import open_environment
from orbit_sandbox.sandbox import Sandbox
from tests.integration.journeys.journey import PATIENCE_S, Journey


@pytest.fixture(scope="session")
async def migrated_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The database of an empty shop, migrated once for all journeys."""
    file = tmp_path_factory.mktemp("migrated") / "orbit.db"
    await migrate(f"sqlite+aiosqlite:///{file}")
    return file


@pytest.fixture(params=["polling", "webhook"])
async def journey(request: pytest.FixtureRequest, tmp_path: Path, migrated_file: Path) -> AsyncIterator[Journey]:
    """A running shop, with polling and with the webhook."""
    shutil.copy(migrated_file, tmp_path / "orbit.db")
    sandbox = Sandbox()
    telegram_users = [sandbox.telegram.add_customer("Анна", "ru"), sandbox.telegram.add_customer("Owner", "en")]
    async with open_environment(
        sandbox, tmp_path, 0, telegram_users[1].id, pushed=request.param == "webhook"
    ) as environment:
        customer, owner = (Customer(sandbox, environment.storage, one.id, PATIENCE_S) for one in telegram_users)
        for one in (owner, customer):
            sandbox.telegram.press_start(one.id)
            await one.button("plans")
        await customer.until_scanned()
        yield Journey(environment, customer, owner)
