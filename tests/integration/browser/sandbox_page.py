"""The sandbox page in headless Chromium, and the clicks of one purchase."""

import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from playwright.async_api import Locator, Page, async_playwright

FLAGS = (
    "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync"
)
TIMEOUT_MS = 20_000


def chromium() -> str:
    """The path of Chromium. Fails with the next step when it is absent."""
    found = next(
        (path for name in ("chromium", "chromium-browser", "google-chrome") if (path := shutil.which(name))), None
    )
    assert found, "the page needs Chromium. Next: apt-get install chromium"
    return found


@asynccontextmanager
async def open_browser_page(width: int = 1440, height: int = 900, scheme: str = "light") -> AsyncIterator[Page]:
    """A page of a fresh browser that prefers Russian and no motion, which would be drawn again and again."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=chromium(), args=FLAGS.split())
        context = await browser.new_context(
            viewport={"width": width, "height": height},
            locale="ru-RU",
            color_scheme="dark" if scheme == "dark" else "light",
            reduced_motion="reduce",
        )
        page = await context.new_page()
        page.set_default_timeout(TIMEOUT_MS)
        yield page
        await browser.close()


class SandboxPage:
    """The page as one customer uses it. A button is found by its text, in the newest bubble that has it."""

    def __init__(self, page: Page, address: str, pictures: Path | None = None) -> None:
        self.page = page
        self.address = address
        self.pictures = pictures

    async def open(self) -> None:
        """Open the page and press Start."""
        await self.page.goto(self.address)
        await self.page.get_by_test_id("start").click()
        await self.key("Купить").wait_for()

    def key(self, words: str) -> Locator:
        """The newest inline button that says *words*."""
        return self.page.get_by_test_id("key").filter(has_text=words).last

    def bubble(self, words: str) -> Locator:
        """The newest bubble that says *words*."""
        return self.page.get_by_test_id("bubble").filter(has_text=words).last

    async def request_invoice(self, *buttons: str) -> None:
        """Go by *buttons* to a checkout, and from it to the TON invoice."""
        for button in (*buttons, "TON (GRAM)"):
            await self.key(button).click()
        await self.bubble("ORB").wait_for()

    async def pay(self) -> None:
        """Send the exact amount of the invoice from the sandbox wallet."""
        await self.page.get_by_test_id("pay-exact").click()

    async def screenshot(self, name: str) -> None:
        """Save a screenshot of the page as *name*. Does nothing without a folder for pictures."""
        if self.pictures is not None:
            await self.page.wait_for_timeout(400)
            await self.page.screenshot(path=self.pictures / f"{name}.png")
