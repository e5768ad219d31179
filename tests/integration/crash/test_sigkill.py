"""The process dies at any instant, and the next one finishes what was begun."""

import asyncio
import os
import random
import signal
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from orbit_adapters.sandbox.app import sandbox_app
from orbit_adapters.sandbox.sandbox import Sandbox
from orbit_adapters.sql.engine import open_engine
from orbit_adapters.sql.storage import SqlStorage
from orbit_domain.order.order import OrderState
from orbit_domain.use_cases.audit_ledger import AuditLedger
from orbit_entry.commands.migrate import prepare_books
from orbit_entry.demo.customer import Customer
from orbit_entry.demo.stage import sandbox_environment
from orbit_entry.settings import Settings
from orbit_entry.web.server import serving
from tests.integration.crash.shops import Shops, open_nursery

KILLS = int(os.environ.get("ORBIT_TEST_KILLS", "50"))
SEED = int(os.environ.get("ORBIT_TEST_SEED", "20261121"))
LONGEST_PURCHASE_S = 1.2


@dataclass
class Street:
    """The sandbox outside, the books on disk, and the shop that is killed."""

    sandbox: Sandbox
    storage: SqlStorage
    shops: Shops

    def customer(self, name: str) -> Customer:
        """Somebody new in the street."""
        return Customer(self.sandbox, self.storage, self.sandbox.telegram.add_customer(name, "en").id)


@pytest.fixture
async def street(tmp_path: Path) -> AsyncIterator[Street]:
    """A sandbox in this process, an SQLite file, and a nursery of shops."""
    sandbox = Sandbox()
    async with serving(sandbox_app(sandbox), "127.0.0.1", 0) as address:
        given = sandbox_environment(address, sandbox, tmp_path, None)
        await prepare_books(Settings.model_validate(given))
        environment = {key: str(value) for key, value in given.items() if value is not None}
        engine = open_engine(environment["DATABASE_URL"])
        async with open_nursery(environment) as shops:
            yield Street(sandbox, SqlStorage(engine), shops)
        await engine.dispose()


async def _buy(customer: Customer) -> None:
    """The customer's side of a purchase; it waits for screens however often the shop dies behind them."""
    customer.sandbox.telegram.press_start(customer.id)
    await customer.until_watched()
    customer.pay(await customer.ask_for_bill())
    await customer.until_delivered()


async def test_killed_anywhere_the_order_is_delivered_once(street: Street) -> None:
    """SIGKILL at random instants of purchases on one SQLite file: each ends delivered, nothing lost or doubled."""
    chance = random.Random(SEED)
    await street.shops.start()
    customers = []
    for number in range(KILLS):
        customer = street.customer(f"Customer {number}")
        customers.append(customer)
        purchase = asyncio.create_task(_buy(customer))
        await asyncio.wait({purchase}, timeout=chance.uniform(0, LONGEST_PURCHASE_S))
        await street.shops.kill()
        await street.shops.start()
        await purchase
    assert len(street.shops.kills) == KILLS
    await _assert_each_has_exactly_one(street, customers)


async def _assert_each_has_exactly_one(street: Street, customers: list[Customer]) -> None:
    report = await AuditLedger(street.storage)()
    assert report.findings == ()
    for customer in customers:
        orders = await customer.orders()
        user = await customer.user()
        async with street.storage.transaction() as tx:
            grants = await tx.grants.of_user(customer.tg_id)
        assert [order.state for order in orders] == [OrderState.DELIVERED]
        assert user is not None
        assert (user.balance.units, len(grants)) == (0, 1)
    assert len(street.sandbox.panel.users) == len(customers)


async def test_sigterm_leaves_quickly_and_loses_nothing(street: Street) -> None:
    """SIGTERM under load: out in less than ten seconds, and after the next start everybody has what they paid for."""
    await street.shops.start()
    customers = [street.customer(f"Customer {number}") for number in range(10)]
    purchases = [asyncio.create_task(_buy(customer)) for customer in customers]
    await customers[0].button("pay:")
    begin = time.monotonic()
    await street.shops.end(signal.SIGTERM)
    assert time.monotonic() - begin < 10
    await street.shops.start()
    await asyncio.gather(*purchases)
    await _assert_each_has_exactly_one(street, customers)
