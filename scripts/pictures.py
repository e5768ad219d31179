"""Takes the pictures of docs/pictures. Run `make pictures`."""

import asyncio
import tempfile
from pathlib import Path

from playwright.async_api import expect

from orbit_entry.demo.customer import Customer
from orbit_entry.demo.environment import open_environment
from orbit_entry.runtime.logs import start_logging
from orbit_sandbox.sandbox import Sandbox
from tests.integration.browser.sandbox_page import SandboxPage, open_browser_page

_PICTURES = Path(__file__).parents[1] / "docs" / "pictures"


async def take() -> None:
    """Make one purchase on the page and save a screenshot of each step."""
    start_logging("error")
    sandbox = Sandbox()
    anna = sandbox.telegram.add_customer("Анна", "ru", "anna")
    sandbox.telegram.add_customer("Ben", "en")
    _PICTURES.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        async with open_environment(sandbox, Path(folder), 0, None) as environment, open_browser_page() as page:
            customer = Customer(sandbox, environment.storage, anna.id)
            sandbox_page = SandboxPage(page, environment.address, _PICTURES)
            await sandbox_page.open()
            await customer.until_scanned()
            await sandbox_page.screenshot("home")
            await sandbox_page.key("Купить").click()
            await sandbox_page.key("1 месяц").click()
            await sandbox_page.key("TON (GRAM)").wait_for()
            await sandbox_page.screenshot("checkout")
            await sandbox_page.key("TON (GRAM)").click()
            await sandbox_page.bubble("ORB").wait_for()
            await sandbox_page.screenshot("invoice")
            await sandbox_page.pay()
            await customer.until_delivered()
            await sandbox_page.bubble(await customer.subscription_url()).wait_for()
            await sandbox_page.screenshot("paid")
            await sandbox_page.key("Подключить").click()
            await page.wait_for_timeout(800)
            await sandbox_page.screenshot("connect")
            await _show_where_the_money_is(sandbox_page)
            await sandbox_page.screenshot("money")


async def _show_where_the_money_is(sandbox_page: SandboxPage) -> None:
    """Refund the order, buy it again by card and half of it in coins, and send coins without a comment."""
    page = sandbox_page.page
    await page.get_by_test_id("refund-order").click()
    await sandbox_page.key("Тарифы").click()
    await sandbox_page.key("3 месяца").click()
    await sandbox_page.key("TON (GRAM)").click()
    await sandbox_page.bubble("ORB").wait_for()
    await page.get_by_test_id("pay-half").click()
    await sandbox_page.bubble("Получена часть").wait_for()
    await page.get_by_test_id("pay-no-comment").click()
    await page.get_by_test_id("money-unmatched").wait_for()
    await expect(page.get_by_test_id("note")).to_have_count(0)
    await page.get_by_test_id("card-money").scroll_into_view_if_needed()


asyncio.run(take())
