"""A panel is asked for a subscription at its own address only, and whatever it answers does no harm."""

import asyncio
import gzip
from collections.abc import AsyncIterator, Callable
from datetime import timedelta

import httpx
import pytest
from pydantic import SecretStr

from orbit_adapters.marzban.settings import MarzbanSettings
from orbit_adapters.marzban.subscription import MarzbanSubscriptions
from orbit_adapters.panel_cache.spared_source import PAUSE, SparedSource
from orbit_adapters.panel_plugin.subscription_answer import MAX_BODY_BYTES
from orbit_domain.ids import PanelId
from orbit_domain.subscription_link.formats import SubscriptionFormat
from orbit_domain.subscription_link.ports import BadContent, ContentError, ContentUnavailable, LinkGone, RawContent
from tests.support.clock import FakeClock

LINKS = SubscriptionFormat.LINKS
BASE = "https://panel.internal:8000"
SETTINGS = MarzbanSettings(panel_id="m", base_url=BASE, username="u", password=SecretStr("secret"))
URL = "https://keys.example.org/sub/dG9rZW4_-1"

BOMB = gzip.compress(b"a" * 5_000_000)

Answer = Callable[[httpx.Request], httpx.Response]


async def fetched(
    answer: Answer, url: str = URL, wanted: SubscriptionFormat = LINKS, settings: MarzbanSettings = SETTINGS
) -> RawContent:
    """What the panel gives that answers so."""
    async with httpx.AsyncClient(transport=httpx.MockTransport(answer)) as http:
        return await MarzbanSubscriptions(settings, http).fetch(url, wanted)


@pytest.mark.parametrize(
    ("url", "path"),
    [
        (URL, "/sub/dG9rZW4_-1/clash-meta"),
        ("https://evil.example/a/b/sub/dG9rZW4/", "/sub/dG9rZW4/clash-meta"),
        ("/sub/dG9rZW4", "/sub/dG9rZW4/clash-meta"),
    ],
)
async def test_only_the_panels_own_address_is_asked(url: str, path: str) -> None:
    """Whatever host and prefix customers see: the panel of the settings, a fixed form, and no word of the customer."""
    seen: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return httpx.Response(200, content=b"x", headers={"subscription-userinfo": "upload=2; download=5; total=9"})

    assert await fetched(answer, url, SubscriptionFormat.CLASH_META) == RawContent(b"x", 7)
    assert str(seen[0].url) == BASE + path
    assert not {"cookie", "authorization", "x-forwarded-for"} & set(seen[0].headers)
    assert (seen[0].headers["accept"], seen[0].headers["accept-encoding"]) == ("*/*", "identity")


@pytest.mark.parametrize(
    "url", ["", "https://a.example", "https://a.example/sub/..", "http://[", "/sub/a b", "/sub//a%2f"]
)
async def test_a_link_that_is_none_is_not_asked_for(url: str) -> None:
    """What can't be a link of a Marzban makes no request."""
    with pytest.raises(BadContent):
        await fetched(lambda request: httpx.Response(200, content=b"x"), url)


async def _endless() -> AsyncIterator[bytes]:
    while True:
        yield b"a" * 65_536


@pytest.mark.parametrize(
    ("response", "error"),
    [
        (lambda: httpx.Response(302, headers={"location": "https://evil.example/"}), BadContent),
        (
            lambda: httpx.Response(200, content=gzip.compress(b"a" * 3_000_000), headers={"content-encoding": "gzip"}),
            BadContent,
        ),
        (lambda: httpx.Response(200, content=_endless()), BadContent),
        (lambda: httpx.Response(500), BadContent),
        (lambda: httpx.Response(502), ContentUnavailable),
        (lambda: httpx.Response(404, json={"detail": "Not Found"}), LinkGone),
    ],
)
async def test_bad_answers_are_errors_of_their_class(
    response: Callable[[], httpx.Response], error: type[Exception]
) -> None:
    """Redirects aren't followed, nothing is unpacked, nothing is read beyond two megabytes."""
    with pytest.raises(error) as raised:
        await fetched(lambda request: response())
    assert "dG9rZW4" not in repr(raised.value)
    assert raised.value.__context__ is None


async def test_a_broken_connection_is_no_statement_about_the_link() -> None:
    """No answer means: nothing is known. The error names neither the link nor the request."""

    def cut(request: httpx.Request) -> httpx.Response:
        raise httpx.ReadError("cut", request=request)

    with pytest.raises(ContentUnavailable) as raised:
        await fetched(cut)
    assert raised.value.__context__ is None


@pytest.mark.parametrize("status", [404, 403, 302])
async def test_a_panel_that_hides_subscriptions_is_asked_where_customers_ask(status: int) -> None:
    """Behind a proxy only the customers' address may have them. Its word counts, and it must be the owner's."""
    hidden = SETTINGS.model_copy(update={"subscription_base_url": "https://keys.example.org/x"})
    asked: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(str(request.url))
        return httpx.Response(status if request.url.host == "panel.internal" else 200, content=b"x")

    assert (await fetched(answer, settings=hidden)).body == b"x"
    assert asked == [f"{BASE}/sub/dG9rZW4_-1/v2ray", "https://keys.example.org/x/sub/dG9rZW4_-1/v2ray"]
    with pytest.raises(LinkGone):
        await fetched(lambda request: httpx.Response(404), settings=hidden)


@pytest.mark.parametrize("said", ["", "download=-5", "download=1e9", "total=7", "download=" + "9" * 40, "xdownload=4"])
async def test_nonsense_about_traffic_is_nothing(said: str) -> None:
    """A usage below zero, or one that is no number, is unknown."""
    answer = httpx.Response(200, content=b"x", headers={"subscription-userinfo": said})
    assert (await fetched(lambda request: answer)).used_bytes is None


class SlowSource:
    """Counts who asks, and answers when it is let."""

    def __init__(self) -> None:
        self.asked = 0
        self.let = asyncio.Event()
        self.error: ContentError | None = None

    async def fetch(self, subscription_url: str, wanted: SubscriptionFormat) -> RawContent:
        self.asked += 1
        await self.let.wait()
        if self.error is not None:
            raise self.error
        return RawContent(subscription_url.encode())


async def test_all_who_ask_at_once_share_one_answer() -> None:
    """A hundred apps are one request; who gives up takes nothing from the others; other links wait for none."""
    slow, clock = SlowSource(), FakeClock()
    spared = SparedSource(PanelId("m"), slow, clock)
    asking = [asyncio.create_task(spared.fetch("a", LINKS)) for _ in range(100)]
    other = asyncio.create_task(spared.fetch("b", LINKS))
    await asyncio.sleep(0)
    asking[0].cancel()
    await asyncio.sleep(0)
    slow.let.set()
    answers = await asyncio.gather(*asking[1:], other)
    assert (slow.asked, {one.body for one in answers}) == (2, {b"a", b"b"})


async def test_a_silent_panel_is_left_alone_for_a_while() -> None:
    """After no answer nobody waits for the next one; a bad answer about one link says nothing of the others."""
    slow, clock = SlowSource(), FakeClock()
    spared = SparedSource(PanelId("m"), slow, clock)
    slow.let.set()
    slow.error = BadContent("one link")
    for _ in range(2):
        with pytest.raises(BadContent):
            await spared.fetch("a", LINKS)
    slow.error = ContentUnavailable(PanelId("m"), "down")
    for _ in range(3):
        with pytest.raises(ContentUnavailable):
            await spared.fetch("a", LINKS)
    assert slow.asked == 3
    clock.at += PAUSE - timedelta(seconds=1)
    with pytest.raises(ContentUnavailable):
        await spared.fetch("b", LINKS)
    clock.advance(seconds=1)
    slow.error = None
    assert (await spared.fetch("b", LINKS)).body == b"b"
    assert slow.asked == 4


def test_the_limit_is_two_megabytes() -> None:
    """As much as any subscription needs a hundred times over."""
    assert MAX_BODY_BYTES == 2 * 1024 * 1024
