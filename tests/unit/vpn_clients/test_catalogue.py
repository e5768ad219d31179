"""Who asks for a subscription is recognised by two headers, and nothing that they hold can break that."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orbit_adapters.vpn_clients.catalogue import UNKNOWN, client_of
from orbit_adapters.vpn_clients.client import Browser, PreviewBot, VpnClient
from orbit_adapters.vpn_clients.platform import Platform, platform_of
from orbit_domain.subscription_link.formats import SubscriptionFormat

LINKS, SING_BOX = SubscriptionFormat.LINKS, SubscriptionFormat.SING_BOX
CLASH_META, CLASH = SubscriptionFormat.CLASH_META, SubscriptionFormat.CLASH
ANY, HTML = "*/*", "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 Version/18.1 Mobile/15E148"
IPAD_AS_MAC = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 Version/18.1 Safari/605.1.15"
PIXEL = "Mozilla/5.0 (Linux; Android 15; Pixel 9) AppleWebKit/537.36 Chrome/131.0.0.0 Mobile Safari/537.36"
IN_TELEGRAM = f"{PIXEL} Telegram-Android/11.4.2 (Google Pixel 9; Android 15; SDK 35; HIGH)"
CUBOT = "Mozilla/5.0 (Linux; Android 10; CUBOT X30) AppleWebKit/537.36 Chrome/131.0.0.0 Mobile Safari/537.36"
WINDOWS = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/131.0.0.0 Safari/537.36"
LINUX = "Mozilla/5.0 (X11; Linux x86_64; rv:132.0) Gecko/20100101 Firefox/132.0"
CHROMEBOOK = "Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) AppleWebKit/537.36 Chrome/131.0.0.0 Safari/537.36"
BRAVIA = "Mozilla/5.0 (Linux; Android 12; BRAVIA 4K VH21) AppleWebKit/537.36 Chrome/120.0.0.0 Safari/537.36"
FIRE_TV = "Mozilla/5.0 (Linux; Android 9; AFTKA) AppleWebKit/537.36 Silk/120.1 like Chrome/120.0 Safari/537.36"

KNOWN = {
    "Happ/2.0.3/ios/1710": ("Happ", LINKS),
    "Happ/1.63.1": ("Happ", LINKS),
    "INCY/1.4.0 (iOS)": ("INCY", LINKS),
    "v2rayTun/3.9.1": ("v2RayTun", LINKS),
    "v2rayNG/1.8.29": ("v2rayNG", LINKS),
    "v2rayN/7.15.4": ("v2rayN", LINKS),
    "HiddifyNext/2.5.7 (android) like ClashMeta v2ray sing-box": ("Hiddify", LINKS),
    "HiddifyNextX/2.5.7 (windows) like ClashMeta v2ray sing-box": ("Hiddify", LINKS),
    "clash-verge/v2.3.2": ("Clash Verge", CLASH_META),
    "FlClash/v0.8.87 clash-verge Platform/android": ("FlClash", CLASH_META),
    "FlClash X/v0.3.0 Platform/windows": ("FlClashX", CLASH_META),
    "NekoBox/Android/1.3.9 (Prefer ClashMeta Format)": ("NekoBox", LINKS),
    "SFA/1.12.0 (564; sing-box 1.12.0; language ru_RU)": ("sing-box", SING_BOX),
    "SFI/1.11.4": ("sing-box", SING_BOX),
    "SFM/1.11.4": ("sing-box", SING_BOX),
    "SFT/1.11.4": ("sing-box", SING_BOX),
    "sing-box 1.12.0": ("sing-box", SING_BOX),
    "Karing/1.2.4": ("Karing", SING_BOX),
    "clash.meta/v1.19.2": ("mihomo", CLASH_META),
    "mihomo/1.19.2": ("mihomo", CLASH_META),
    "ClashMetaForAndroid/2.11.14.Meta": ("mihomo", CLASH_META),
    "Koala Clash/0.2.1": ("Koala Clash", CLASH_META),
    "prizrak-box/1.0.5": ("Prizrak-Box", CLASH_META),
    "ClashMi/1.0.9": ("Clash Mi", CLASH_META),
    "Stash/3.1.0 Clash/1.9.0": ("Stash", CLASH),
    "ClashX Pro/1.118.1": ("Clash", CLASH),
    "Streisand/1.6": ("Streisand", LINKS),
    "V2Box/9.3": ("V2Box", LINKS),
    "Shadowrocket/2615 CFNetwork/1494.0.7 Darwin/23.4.0": ("Shadowrocket", LINKS),
    "FoXray/1.0": ("FoXray", LINKS),
    "Throne/1.0.4 (Prefer ClashMeta Format)": ("Throne", LINKS),
    "Passwall2": ("Passwall", LINKS),
}
BOTS = (
    "TelegramBot (like TwitterBot)",
    "WhatsApp/2.24.20.89 A",
    "facebookexternalhit/1.1 (+http://www.facebook.com/externalhit_uatext.php)",
    "Mozilla/5.0 (Windows NT 6.1; WOW64) SkypeUriPreview Preview/0.5",
    "Mozilla/5.0 (compatible; vkShare; +http://vk.com/dev/Share)",
    "Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)",
    "Mozilla/5.0 (compatible; Discordbot/2.0; +https://discordapp.com)",
    "Mozilla/5.0 (compatible; YandexBot/3.0; +http://yandex.com/bots)",
    "Mozilla/5.0 (compatible; Linux x86_64; Mail.RU_Bot/2.0; +http://go.mail.ru/help/robots)",
)


@pytest.mark.parametrize("accept", [ANY, HTML, ""])
@pytest.mark.parametrize("agent", KNOWN)
def test_a_known_client_is_recognised_whatever_it_accepts(agent: str, accept: str) -> None:
    """Every documented user agent gets its client's format, also from clients that say they want HTML."""
    client = client_of(agent, accept)
    assert isinstance(client, VpnClient)
    assert (client.name, client.format) == KNOWN[agent]


def test_each_client_has_its_own_quirks() -> None:
    """Only Happ reads 1970 out of `expire=0`, v2rayN and v2rayNG read no header, and who is limited sends an id."""
    clients = {name: client for agent in KNOWN if (client := client_of(agent, ANY)) for name in [KNOWN[agent][0]]}
    known = {name: client for name, client in clients.items() if isinstance(client, VpnClient)}
    assert [name for name, client in known.items() if client.omits_endless_expiry] == ["Happ"]
    assert [name for name, client in known.items() if client.reads_routing] == ["Happ"]
    assert not known["v2rayNG"].reads_headers
    assert not known["v2rayN"].reads_headers
    assert {name for name, client in known.items() if client.sends_hwid} == {
        "Happ", "INCY", "v2RayTun", "FlClashX", "Koala Clash", "Prizrak-Box", "Passwall"
    }  # fmt: skip
    assert all((client.announce_limit > 0) is client.reads_announce for client in known.values())
    assert known["Happ"].announce_limit == 200


@pytest.mark.parametrize("agent", BOTS)
@pytest.mark.parametrize("accept", [ANY, HTML])
def test_a_preview_is_drawn_without_keys(agent: str, accept: str) -> None:
    """A program that draws previews is neither a client nor a person."""
    assert client_of(agent, accept) == PreviewBot()


@pytest.mark.parametrize(
    ("agent", "platform"),
    [
        (IPHONE, Platform.IOS),
        (IPAD_AS_MAC, Platform.MACOS),
        (PIXEL, Platform.ANDROID),
        (IN_TELEGRAM, Platform.ANDROID),
        (CUBOT, Platform.ANDROID),
        (CHROMEBOOK, Platform.ANDROID),
        (WINDOWS, Platform.WINDOWS),
        (LINUX, Platform.LINUX),
        (BRAVIA, Platform.TV),
        (FIRE_TV, Platform.TV),
        ("Mozilla/5.0 (Something) Else/1.0", None),
    ],
)
def test_a_person_gets_the_page_for_the_device(agent: str, platform: Platform | None) -> None:
    """A browser is a person, on the device that it names; the same program asking for no HTML is an unknown client."""
    assert (client_of(agent, HTML), platform_of(agent)) == (Browser(), platform)
    assert client_of(agent, ANY) == UNKNOWN


@pytest.mark.parametrize(
    "agent",
    [
        "", " ", "/", "()", "Go-http-client/2.0", "curl/8.9.1", "Happify/1.0", "happ\u0130/1", "H\x00app/1",
        "(" * 10_000, "a" * 10_000, " " * 10_000 + "Happ/1", "-_" * 5_000, "\x00\r\n\x1b[31m", "\ud800\udfff",
        "💥" * 2_000, "Mozilla/5.0\r\nX-Injected: 1",
    ],
)  # fmt: skip
def test_whoever_is_nobody_gets_links(agent: str) -> None:
    """An unknown, empty or hostile user agent that doesn't ask for HTML gets what nearly every client reads."""
    assert client_of(agent, ANY) == client_of(agent, "") == client_of(agent, "\x00" * 10_000) == UNKNOWN
    assert UNKNOWN.format is LINKS


@settings(max_examples=30)
@given(st.text(st.characters(exclude_categories=()), max_size=60), st.text(max_size=60))
def test_any_two_headers_are_answered(agent: str, accept: str) -> None:
    """Whatever is sent, somebody is recognised, and some platform or none."""
    assert isinstance(client_of(agent, accept), VpnClient | Browser | PreviewBot)
    assert platform_of(agent) in (None, *Platform)
