"""The opening page in a real browser, on the screens of phones and of a desktop."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import pytest
import segno
from playwright.async_api import Browser, Page, async_playwright, expect

from orbit_adapters.opening_page.facts import PageState
from tests.integration.browser.opening_page_app import ShownFacts, serving_opening_page
from tests.integration.browser.sandbox_page import FLAGS, chromium
from tests.unit.opening_page.page_samples import AGENTS, facts

NARROWEST = 360
WIDE = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"
SMALL_TARGETS = """() => [...document.querySelectorAll("a, button, summary")]
    .filter((one) => one.checkVisibility())
    .map((one) => [one.textContent.trim(), one.getBoundingClientRect()])
    .filter(([, box]) => box.height < 44 || box.width < 44)
    .map(([text]) => text)"""
# Every text against the nearest background behind it, as WCAG counts contrast.
FAINT_TEXTS = """() => {
  const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  const rgba = (color) => {
    canvas.clearRect(0, 0, 1, 1);
    canvas.fillStyle = color;
    canvas.fillRect(0, 0, 1, 1);
    return [...canvas.getImageData(0, 0, 1, 1).data];
  };
  const luminance = (color) => {
    const [r, g, b] = rgba(color).map((part) => part / 255)
      .map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const behind = (one) => {
    while (one && rgba(getComputedStyle(one).backgroundColor)[3] === 0) one = one.parentElement;
    return getComputedStyle(one ?? document.documentElement).backgroundColor;
  };
  return [...document.querySelectorAll("body *")]
    .filter((one) => one.localName !== "script" && one.checkVisibility())
    .filter((one) => [...one.childNodes].some((node) => node.nodeType === 3 && node.data.trim()))
    .map((one) => {
      const [a, b] = [luminance(getComputedStyle(one).color), luminance(behind(one))];
      return [one.textContent.trim(), (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05)];
    })
    .filter(([, ratio]) => ratio < 4.5);
}"""
# Run on an empty page, whose policy forbids nothing: draws the picture and reads the middle of each module.
MODULES = """async ([svg, size]) => {
  const picture = new Image();
  picture.src = "data:image/svg+xml," + encodeURIComponent(svg);
  await picture.decode();
  const scale = 4;
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = size * scale;
  const drawing = canvas.getContext("2d");
  drawing.drawImage(picture, 0, 0, size * scale, size * scale);
  const { data } = drawing.getImageData(0, 0, size * scale, size * scale);
  const dark = (x, y) => data[4 * ((y * scale + 2) * size * scale + x * scale + 2)] < 128;
  return [...Array(size).keys()].map((y) => [...Array(size).keys()].map((x) => Number(dark(x, y))));
}"""


@dataclass
class Visitors:
    """People with their own devices in front of the page; whatever goes wrong in one of their browsers is kept."""

    browser: Browser
    shown: ShownFacts
    faults: list[str]

    @asynccontextmanager
    async def visit(
        self, agent: str, language: str, scheme: str = "light", width: int = 390, script: bool = True
    ) -> AsyncIterator[Page]:
        """The page on a new device."""
        context = await self.browser.new_context(
            user_agent=AGENTS[agent],
            locale=language,
            color_scheme="dark" if scheme == "dark" else "light",
            viewport={"width": width, "height": 844},
            java_script_enabled=script,
            permissions=["clipboard-read", "clipboard-write"],
        )
        page = await context.new_page()
        origin = self.shown.url.partition("/s/")[0]
        page.on("request", lambda sent: self._check(sent.url, origin))
        page.on("pageerror", lambda error: self.faults.append(str(error)))
        page.on("console", lambda line: self.faults.append(line.text))
        await page.goto(self.shown.url)
        yield page
        await context.close()

    def _check(self, url: str, origin: str) -> None:
        if not url.startswith((f"{origin}/s/", "data:")):
            self.faults.append(f"asks for {url}")


@pytest.fixture(scope="module")
async def browser() -> AsyncIterator[Browser]:
    """One browser for all tests here."""
    async with async_playwright() as playwright:
        one = await playwright.chromium.launch(executable_path=chromium(), args=FLAGS.split())
        yield one
        await one.close()


@pytest.fixture
async def visitors(browser: Browser) -> AsyncIterator[Visitors]:
    """The page on a server of its own. A request elsewhere, an error or a broken policy fails the test."""
    async with serving_opening_page() as shown:
        one = Visitors(browser, shown, [])
        yield one
        assert one.faults == []


async def test_a_person_connects_from_any_device(visitors: Visitors) -> None:
    """Each device sees its own app first, in its reader's language; copying works, and the QR code is the link."""
    url = visitors.shown.url
    async with visitors.visit("ios", "ru-RU", "dark") as page:
        connect = page.get_by_test_id("connect")
        await expect(connect).to_contain_text("Подключить этот iPhone")
        await expect(connect.get_by_test_id("open").first).to_have_attribute("href", f"happ://add/{url}")
        await expect(connect.get_by_test_id("open").first).to_be_in_viewport(ratio=1)
        await page.get_by_test_id("copy").click()
        await expect(page.get_by_test_id("copy")).to_have_text("Скопировано")
        assert await page.evaluate("navigator.clipboard.readText()") == url
        await expect(page.locator(".qr svg")).to_be_hidden()
        await page.get_by_test_id("qr").locator("summary").click()
        await expect(page.locator(".qr svg")).to_be_visible()
        await page.get_by_test_id("language").click()
        await expect(connect).to_contain_text("Connect this iPhone")
        await expect(connect.get_by_test_id("open").first).to_have_attribute("href", f"happ://add/{url}")

    async with visitors.visit("windows", "en-GB", width=1280) as page:
        await expect(page.get_by_test_id("connect")).to_contain_text("Connect this Windows computer")
        svg = await page.locator(".qr svg").evaluate("(one) => new XMLSerializer().serializeToString(one)")
        drawn = await (await page.context.new_page()).evaluate(MODULES, [svg, len(code := _modules(url))])
        assert drawn == code

    async with visitors.visit("android", "ru-RU", script=False) as page:
        await expect(page.get_by_test_id("connect")).to_contain_text("Подключить это устройство на Android")
        await expect(page.get_by_test_id("copy")).to_be_hidden()
        await expect(page.get_by_test_id("link")).to_have_value(url)
        await page.get_by_test_id("platform-ios").locator("summary").click()
        await expect(page.get_by_test_id("platform-ios").get_by_test_id("open").first).to_be_visible()


async def test_every_page_can_be_read_and_tapped_on_a_small_phone(visitors: Visitors) -> None:
    """In every state and language nothing scrolls sideways, every target has 44 px, and every text has contrast."""
    async with visitors.visit("ios", "ru-RU", width=NARROWEST) as page:
        for state in PageState:
            visitors.shown.facts = facts(state, visitors.shown.url, "Магазин с очень длинным названием")
            for language in ("ru", "en"):
                await page.goto(f"{visitors.shown.url}?lang={language}")
                await page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
                assert await page.evaluate(WIDE) == 0, (state, language)
                assert await page.evaluate(SMALL_TARGETS) == [], (state, language)
                for scheme in ("light", "dark"):
                    await page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
                    assert await page.evaluate(FAINT_TEXTS) == [], (state, language, scheme)


def _modules(url: str) -> list[list[int]]:
    """The QR code of *url* with its quiet zone, 1 for dark."""
    return [list(map(int, row)) for row in segno.make(url, error="m", micro=False).matrix_iter(border=4)]
