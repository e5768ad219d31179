"""Facts of the opening page, and the page as a browser reads it."""

from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser

from orbit_adapters.opening_page.facts import OpeningPageFacts, PageState

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
TOKEN = "kX3-vV9b_QmT7sLw2HfR4dYp"
URL = f"https://vpn.example.org/s/{TOKEN}"
NONCE = "n0nce-n0nce-n0nce-0"
GIB = 1024**3
BOT = "https://t.me/orbit_demo_bot"

AGENTS = {
    "ios": "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 Version/18.1 Mobile/15E148",
    "android": "Mozilla/5.0 (Linux; Android 15; Pixel 9) AppleWebKit/537.36 Chrome/131.0.0.0 Mobile Safari/537.36",
    "windows": "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/131.0.0.0 Safari/537.36",
    "macos": "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 Version/18.1 Safari/605.1.15",
    "linux": "Mozilla/5.0 (X11; Linux x86_64; rv:132.0) Gecko/20100101 Firefox/132.0",
    "tv": "Mozilla/5.0 (Linux; Android 12; BRAVIA 4K VH21) AppleWebKit/537.36 Chrome/120.0.0.0 Safari/537.36",
    "unknown": "",
}


def facts(state: PageState = PageState.ACTIVE, url: str = URL, title: str = "Orbit") -> OpeningPageFacts:
    """A subscription in *state*, with limits of traffic and devices."""
    left = timedelta(days=101) if state in (PageState.ACTIVE, PageState.EXHAUSTED) else timedelta(hours=-5)
    return OpeningPageFacts(
        subscription_url=url,
        state=state,
        ends_at=NOW + left,
        used_bytes=100 * GIB if state is PageState.EXHAUSTED else 54 * GIB + GIB * 8 // 10,
        traffic_bytes=100 * GIB,
        title=title,
        device_count=2,
        device_limit=3,
        bot_url=BOT,
        now=NOW,
    )


class ReadPage(HTMLParser):
    """The elements of a page, and its visible text."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.text = ""
        self._skipped = ""
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {name: value or "" for name, value in attrs}))
        if tag in ("style", "script"):
            self._skipped = tag

    def handle_endtag(self, tag: str) -> None:
        if tag == self._skipped:
            self._skipped = ""

    def handle_data(self, data: str) -> None:
        if not self._skipped:
            self.text += data

    def links(self, test_id: str) -> list[str]:
        """The addresses of the links of that kind, in order."""
        return [given.get("href", "") for _, given in self.elements if given.get("data-testid") == test_id]

    def words(self) -> str:
        """The text on one line, with what is read aloud."""
        spoken = " ".join(given["aria-label"] for _, given in self.elements if "aria-label" in given)
        return " ".join(f"{self.text} {spoken}".split())
