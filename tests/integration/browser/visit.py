"""A person at the sandbox page: headless Chromium, and the taps of one purchase."""

import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from playwright.async_api import Locator, Page, async_playwright

_QUIET = (
    "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync"
)
PATIENCE_MS = 20_000


def chromium() -> str:
    """Where Chromium is. Its absence is a failure with a next step."""
    found = next(
        (path for name in ("chromium", "chromium-browser", "google-chrome") if (path := shutil.which(name))), None
    )
    assert found, "the page needs Chromium. Next: apt-get install chromium"
    return found


@asynccontextmanager
async def browsing(width: int = 1440, height: int = 900, scheme: str = "light") -> AsyncIterator[Page]:
    """A page of a fresh browser that prefers Russian."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=chromium(), args=_QUIET.split())
        context = await browser.new_context(
            viewport={"width": width, "height": height},
            locale="ru-RU",
            color_scheme="dark" if scheme == "dark" else "light",
        )
        page = await context.new_page()
        page.set_default_timeout(PATIENCE_MS)
        yield page
        await browser.close()


class Visit:
    """One customer's way through the chat. Buttons are found by what they say, in the newest bubble that has them."""

    def __init__(self, page: Page, address: str, pictures: Path | None = None) -> None:
        self.page = page
        self.address = address
        self.pictures = pictures

    async def arrive(self) -> None:
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

    async def ask_for_bill(self, first: str) -> None:
        """From the button *first* to the bill for one month, by TON."""
        await self.key(first).click()
        await self.key("1 месяц").click()
        await self.key("TON").click()
        await self.bubble("ORB").wait_for()

    async def pay(self) -> None:
        """Send exactly what the bill asks for, from the sandbox wallet."""
        await self.page.get_by_test_id("pay-exact").click()

    async def shoot(self, name: str) -> None:
        """Keep a picture of the page, where pictures are kept."""
        if self.pictures is not None:
            await self.page.wait_for_timeout(400)
            await self.page.screenshot(path=self.pictures / f"{name}.png")
