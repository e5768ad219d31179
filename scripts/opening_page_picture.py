"""Takes docs/pictures/opening_page.png: the page on three phones side by side. Run `make pictures`."""

import asyncio
from base64 import b64encode
from pathlib import Path

from playwright.async_api import Browser, async_playwright

from orbit_adapters.opening_page.facts import PageState
from tests.integration.browser.opening_page_app import serving_opening_page
from tests.integration.browser.sandbox_page import FLAGS, chromium
from tests.unit.opening_page.page_samples import AGENTS, facts

_PICTURE = Path(__file__).parents[1] / "docs" / "pictures" / "opening_page.png"
_WIDTH, _HEIGHT, _GAP = 390, 844, 24
_STYLE = (
    f"body{{margin:{_GAP}px;display:flex;gap:{_GAP}px;background:#c9d3dd}}"
    f"img{{width:{_WIDTH}px;border-radius:24px;box-shadow:0 2px 12px #0003}}"
)


async def take() -> None:
    """An active subscription in English and in Russian, light and dark, and one that has ended."""
    async with async_playwright() as playwright, serving_opening_page() as shown:
        browser = await playwright.chromium.launch(executable_path=chromium(), args=FLAGS.split())
        shots = []
        for state, agent, language, is_dark in (
            (PageState.ACTIVE, "android", "en-GB", False),
            (PageState.ACTIVE, "ios", "ru-RU", True),
            (PageState.ENDED, "ios", "ru-RU", False),
        ):
            shown.facts = facts(state)
            shots.append(await _phone(browser, shown.url, AGENTS[agent], language, is_dark))
        page = await browser.new_page(
            viewport={"width": len(shots) * (_WIDTH + _GAP) + _GAP, "height": _HEIGHT + 2 * _GAP}
        )
        images = "".join(f'<img src="data:image/png;base64,{b64encode(shot).decode()}">' for shot in shots)
        await page.set_content(f"<style>{_STYLE}</style>{images}")
        await page.screenshot(path=_PICTURE)
        await browser.close()


async def _phone(browser: Browser, url: str, agent: str, language: str, is_dark: bool) -> bytes:
    context = await browser.new_context(
        user_agent=agent,
        locale=language,
        color_scheme="dark" if is_dark else "light",
        viewport={"width": _WIDTH, "height": _HEIGHT},
    )
    page = await context.new_page()
    await page.goto(url)
    shot = await page.screenshot()
    await context.close()
    return shot


asyncio.run(take())
