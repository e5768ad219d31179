"""Makes the pictures of the README: home, checkout, paid, connect. `make pictures`."""

import asyncio
import tempfile
from pathlib import Path

from orbit_entry.demo.customer import Customer
from orbit_entry.demo.environment import open_environment
from orbit_entry.runtime.logs import start_logging
from orbit_sandbox.sandbox import Sandbox
from tests.integration.browser.visit import Visit, browsing

_PICTURES = Path(__file__).parents[1] / "docs" / "pictures"


async def take() -> None:
    """Play one purchase on the page and keep what it looks like at each step."""
    start_logging("error")
    sandbox = Sandbox()
    anna = sandbox.telegram.add_customer("Анна", "ru", "anna")
    sandbox.telegram.add_customer("Ben", "en")
    _PICTURES.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        async with open_environment(sandbox, Path(folder), 0, None) as stage, browsing() as page:
            customer = Customer(sandbox, stage.storage, anna.id)
            visit = Visit(page, stage.address, _PICTURES)
            await visit.arrive()
            await customer.until_watched()
            await visit.shoot("home")
            await visit.key("Купить").click()
            await visit.key("1 месяц").click()
            await visit.key("TON").wait_for()
            await visit.shoot("checkout")
            await visit.key("TON").click()
            await visit.bubble("ORB").wait_for()
            await visit.shoot("bill")
            await visit.pay()
            await customer.until_delivered()
            await visit.bubble(await customer.subscription_url()).wait_for()
            await visit.shoot("paid")
            await visit.key("Подключить").click()
            await page.wait_for_timeout(800)
            await visit.shoot("connect")


asyncio.run(take())
