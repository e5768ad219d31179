"""The sandbox page in a real browser, with the simulated Telegram and a fake control panel."""

from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Browser, ConsoleMessage, Page, async_playwright, expect

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


@pytest.fixture(scope="module")
async def tab(browser: Browser) -> AsyncIterator[Page]:
    """The tab of an English visitor who wants no motion: each new one would be a process of its own."""
    context = await browser.new_context(locale="en-GB", reduced_motion="reduce")
    yield await context.new_page()
    await context.close()


@pytest.fixture
async def page(tab: Page, app_server: AppServer, control_panel: FakeControlPanel) -> AsyncIterator[Page]:
    """The page as on a first visit; an error on its console fails the test."""
    console_errors: list[str] = []

    def on_error(error: object) -> None:
        console_errors.append(str(error))

    def on_console(line: ConsoleMessage) -> None:
        if line.type == "error":
            console_errors.append(line.text)

    tab.on("pageerror", on_error)
    tab.on("console", on_console)
    await tab.set_viewport_size({"width": 1440, "height": 900})
    await tab.goto(app_server.url)
    yield tab
    await tab.unroute_all()
    await tab.evaluate("localStorage.clear()")
    await tab.goto("about:blank")
    tab.remove_listener("pageerror", on_error)
    tab.remove_listener("console", on_console)
    assert [line for line in console_errors if "409" not in line and "502" not in line] == []


@pytest.fixture
async def anna(page: Page, control_panel: FakeControlPanel) -> int:
    """A customer with a purchase in progress, selected on the page."""
    customer = await populate_chat(control_panel, PNG)
    await page.get_by_test_id(f"customer-{customer}").click()
    await expect(page.get_by_test_id("bubble").first).to_be_visible()
    return customer
