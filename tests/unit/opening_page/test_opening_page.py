"""The page at the subscription link: what it says, what it opens, and what it never holds."""

import re
from dataclasses import replace
from importlib.resources import files

import pytest
from fluent.syntax import FluentParser
from fluent.syntax.ast import Message

from orbit_adapters.opening_page.facts import PageState
from orbit_adapters.opening_page.languages import page_language
from orbit_adapters.opening_page.page import page_headers, render_bare_page, render_not_found, render_opening_page
from orbit_adapters.opening_page.page_text import PageText
from orbit_adapters.vpn_clients.apps import APPS
from orbit_adapters.vpn_clients.offer import app_offer
from orbit_adapters.vpn_clients.platform import Platform
from orbit_domain.user.user import LANGUAGES
from tests.unit.opening_page.page_samples import AGENTS, BOT, GIB, NONCE, TOKEN, URL, ReadPage, facts

EVERY_APP = app_offer({platform: [code for code in APPS if platform in APPS[code].pages] for platform in Platform}, {})
# Proper names, which are the same in every language.
NAMES = {
    "VPN", "QR", "APK", "Orbit", "Android", "Windows", "macOS", "Linux", "Mac", "iPhone", "iPad", "App", "Store",
    "Google", "Play", "GitHub", "English",
    *(word for app in APPS.values() for word in re.findall("[A-Za-z]{2,}", app.name)),
}  # fmt: skip


def page(agent: str = "ios", state: PageState = PageState.ACTIVE, language: str = "ru") -> ReadPage:
    """The page in *state* for the browser *agent*, with every app that there is."""
    return ReadPage(render_opening_page(facts(state), AGENTS[agent], language, NONCE, offer=EVERY_APP))


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_speaks_one_language(language: str) -> None:
    """In every state and on every device no word is missing, and none is in the other language but names."""
    pages = [page(agent, language=language) for agent in AGENTS] + [
        page(state=state, language=language) for state in PageState
    ]
    others = "[A-Za-z]{2,}" if language == "ru" else "[А-Яа-яЁё]+"
    allowed = NAMES if language == "ru" else {"Русский"}
    for one in [*pages, ReadPage(render_not_found(language))]:
        assert not set(re.findall(others, one.words())) - allowed, one.words()
        assert "{" not in one.words()


def test_both_languages_have_the_same_texts() -> None:
    """No text is missing in a language, and each of them is used by a template or the code."""
    folder = files("orbit_adapters.opening_page")
    ru, en = (
        {
            entry.id.name
            for entry in FluentParser().parse(folder.joinpath("texts", f"{language}.ftl").read_text("utf-8")).body
            if isinstance(entry, Message)
        }
        for language in LANGUAGES
    )
    assert ru == en
    sources = " ".join(
        folder.joinpath(*name).read_text("utf-8")
        for name in (("templates", "opening_page.html"), ("page.py",), ("page_text.py",), ("shown_apps.py",))
    )
    built = ("state-", "advice-", "connect-", "platform-", "store-", "hint-", "language-", "missing", "bare")
    assert {key for key in ru if not key.startswith(built) and f'"{key}"' not in sources} == set()


@pytest.mark.parametrize(
    ("count", "days", "devices"),
    [
        (1, "остался 1 день", "Подключено 1 устройство"),
        (3, "осталось 3 дня", "Подключено 3 устройства"),
        (5, "осталось 5 дней", "Подключено 5 устройств"),
        (11, "осталось 11 дней", "Подключено 11 устройств"),
        (21, "остался 21 день", "Подключено 21 устройство"),
        (104, "осталось 104 дня", "Подключено 104 устройства"),
    ],
)
def test_russian_counts_are_declined(count: int, days: str, devices: str) -> None:
    """One day, three days and five days have three different words."""
    text = PageText("ru")
    assert (text("days-left", count=count), text("devices", count=count)) == (days, devices)


@pytest.mark.parametrize("agent", [agent for agent in AGENTS if agent != "unknown"])
def test_the_first_button_opens_the_right_app_of_this_device(agent: str) -> None:
    """The first link to an app is that of the device's own platform, by default and as the owner says."""
    by_default = ReadPage(render_opening_page(facts(), AGENTS[agent], "en", NONCE))
    assert by_default.links("open")[0] == f"happ://add/{URL}"
    other = next(code for code in APPS if code != "happ" and (agent == "tv" or Platform(agent) in APPS[code].pages))
    stores = {other: {Platform(agent): ["https://example.org/app"]}}
    offer = app_offer({Platform(agent): [other, "happ"]}, stores)
    chosen = ReadPage(render_opening_page(facts(), AGENTS[agent], "en", NONCE, offer=offer))
    assert chosen.links("open")[0].startswith(f"{other}://")
    assert chosen.links("store")[0] == "https://example.org/app"
    none_here = ReadPage(
        render_opening_page(facts(), AGENTS[agent], "en", NONCE, offer=app_offer({Platform(agent): []}, {}))
    )
    assert not any(given.get("data-testid") == "connect" for _, given in none_here.elements)


def test_what_is_over_leads_to_the_bot_first() -> None:
    """Ended, used up or switched off: the first button is the bot's, and apps are folded away, not lost."""
    for state in (PageState.ENDED, PageState.EXHAUSTED, PageState.DISABLED):
        shown = page(state=state)
        ids = [given.get("data-testid") for _, given in shown.elements]
        assert ids.index("bot") < ids.index("open")
        assert shown.links("bot") == [BOT]
        assert next(tag for tag, given in shown.elements if given.get("data-testid") == "connect") == "details"
    assert next(tag for tag, given in page().elements if given.get("data-testid") == "connect") == "section"
    without_bot = render_opening_page(replace(facts(PageState.ENDED), bot_url=None), "", "ru", NONCE)
    assert ReadPage(without_bot).links("bot") == []


def test_the_state_is_said_in_numbers() -> None:
    """The end, the time, traffic and devices that are left; nothing is said of limits that there aren't."""
    words = page().words()
    for part in ("До 3 марта 2027 · остался 101 день", "Осталось 45,2 ГБ из 100 ГБ", "Устройства: 2 из 3"):
        assert part in words
    assert "45.2 GB of 100 GB left" in page(language="en").words()
    free = replace(
        facts(), ends_at=None, traffic_bytes=0, used_bytes=700 * 1024**2, device_count=1, device_limit=None, now=None
    )
    words = ReadPage(render_opening_page(free, "", "ru", NONCE)).words()
    for part in ("Без срока", "Использовано 700 МБ, без ограничений", "Подключено 1 устройство"):
        assert part in words
    for limit, part in ((0, "Трафик без ограничений"), (100 * GIB, "Трафик: 100 ГБ на период")):
        unknown = replace(facts(), used_bytes=None, traffic_bytes=limit)
        assert part in ReadPage(render_opening_page(unknown, "", "ru", NONCE)).words()


def test_figures_that_can_t_be_are_shown_as_none_left() -> None:
    """A panel that counts past the limit or below zero spoils no page."""
    for used, left in ((101 * GIB, "Осталось 0 МБ из 100 ГБ"), (-5, "Осталось 100 ГБ из 100 ГБ")):
        odd = replace(facts(), used_bytes=used, device_count=7, device_limit=3)
        assert left in ReadPage(render_opening_page(odd, "", "ru", NONCE)).words()


def test_the_page_is_inert_but_for_its_own_script() -> None:
    """No handler, no inline style, no form, nothing loaded from anywhere, and a hostile title stays text."""
    title = "\"><script>alert(1)</script><a href='javascript:x'>{{ 7*7 }}"
    html = render_opening_page(facts(title=title), AGENTS["ios"], "ru", NONCE)
    shown = ReadPage(html)
    assert title in shown.text
    assert [given for tag, given in shown.elements if tag == "script"] == [{"nonce": NONCE}]
    for tag, given in shown.elements:
        assert tag not in ("form", "iframe", "img", "object", "base", "embed")
        assert not {name for name in given if name.startswith("on") or name in ("style", "src", "srcset")}
        assert tag != "link" or given == {"rel": "icon", "href": "data:,"}
        assert not given.get("href", "").startswith(("javascript:", "http://"))


def test_the_headers_let_nothing_in_and_nothing_out() -> None:
    """One nonce for one script, no referrer, no index, no copy in any cache; a nonce can't smuggle a header."""
    headers = page_headers(NONCE)
    policy = headers["Content-Security-Policy"]
    assert policy.startswith(f"default-src 'none'; script-src 'nonce-{NONCE}'; style-src 'sha256-")
    assert "unsafe" not in policy
    assert "*" not in policy
    assert "http" not in policy
    assert headers["Referrer-Policy"] == "no-referrer"
    assert "noindex" in headers["X-Robots-Tag"]
    assert headers["Cache-Control"] == "no-store, private"
    for bad in ("", "short", "x" * 129, "n0nce-n0nce-n0nce-0\r\nX: y", "n0nce-n0nce-n0nce-0'; script-src *"):
        with pytest.raises(ValueError):
            page_headers(bad)


def test_pages_without_a_subscription_hold_no_key() -> None:
    """A preview and an unknown link show nothing of anybody, and no script."""
    for html in (render_bare_page(), render_not_found("ru"), render_not_found("")):
        assert TOKEN not in html
        assert "<script" not in html
        assert not re.search(r'href="(?!data:,")', html)
    assert render_not_found("ru") != render_not_found("en")


@pytest.mark.parametrize(
    ("header", "chosen", "language"),
    [
        ("ru-RU,ru;q=0.9,en;q=0.8", None, "ru"),
        ("en-GB,en;q=0.9,ru;q=0.8", None, "en"),
        ("de,ru;q=0.9,en;q=0.8", None, "ru"),
        ("en;q=0.1,uk", None, "ru"),
        ("ru;q=0,en;q=0.5", None, "en"),
        ("de-DE", None, "en"),
        ("", None, "en"),
        ("ru", "en", "en"),
        ("ru", "../etc", "ru"),
        (";;q=,=" * 2_000, None, "en"),
        ("ru;q=0.²,en", None, "ru"),
        ("ru\x00;q=9" + "9" * 9_000, None, "en"),
    ],
)
def test_the_language_is_chosen_or_preferred(header: str, chosen: str | None, language: str) -> None:
    """The reader's choice, then the browser's wish, then English; nonsense in the header is skipped."""
    assert page_language(header, chosen) == language


def test_an_address_with_a_query_makes_no_page() -> None:
    """Apps would read it in different ways, so it is refused before anybody gets a broken button."""
    with pytest.raises(ValueError):
        render_opening_page(facts(url=f"{URL}?x=1"), "", "ru", NONCE)
