"""The sandbox page in a real browser, with the simulated Telegram and a fake control panel."""

from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Browser, Page, async_playwright, expect

from tests.integration.botapi.conftest import AppServer
from tests.integration.botapi.page.fake_control_panel import FakeControlPanel, control_panel_app
from tests.integration.botapi.page.page_sample import populate_chat
from tests.integration.botapi.test_botapi_messages import PNG
from tests.integration.browser.sandbox_page import FLAGS, chromium


@pytest.fixture(scope="module")
async def browser() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        one = await playwright.chromium.launch(executable_path=chromium(), args=FLAGS.split())
        yield one
        await one.close()


@pytest.fixture
def control_panel(app_server: AppServer) -> FakeControlPanel:
    one = FakeControlPanel()
    app_server.app = control_panel_app(one)
    return one


@pytest.fixture
async def page(browser: Browser, app_server: AppServer, control_panel: FakeControlPanel) -> AsyncIterator[Page]:
    """An English visitor's page; an error on its console fails the test."""
    context = await browser.new_context(locale="en-GB", viewport={"width": 1440, "height": 900})
    one = await context.new_page()
    console_errors: list[str] = []
    one.on("pageerror", lambda error: console_errors.append(str(error)))
    one.on("console", lambda line: console_errors.append(line.text) if line.type == "error" else None)
    await one.goto(app_server.url)
    yield one
    await context.close()
    assert [line for line in console_errors if "409" not in line and "502" not in line] == []


@pytest.fixture
async def anna(page: Page, control_panel: FakeControlPanel) -> int:
    """A customer with a purchase in progress, selected on the page."""
    customer = await populate_chat(control_panel, PNG)
    await page.get_by_test_id(f"customer-{customer}").click()
    await expect(page.get_by_test_id("bubble").first).to_be_visible()
    return customer
