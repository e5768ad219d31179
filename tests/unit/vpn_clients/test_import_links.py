"""The links that open apps, and the apps that a shop offers."""

from urllib.parse import parse_qs, urlsplit

import pytest

from orbit_adapters.vpn_clients.apps import APPS
from orbit_adapters.vpn_clients.deep_links import import_link, is_importable
from orbit_adapters.vpn_clients.offer import DEFAULT_OFFER, app_offer
from orbit_adapters.vpn_clients.platform import Platform

URL = "https://vpn.example.org/s/Tok-en_1"
ENCODED = "https%3A%2F%2Fvpn.example.org%2Fs%2FTok-en_1"
NAME = "%D0%AF%20%26%20VPN"

LINKS = {
    "happ": f"happ://add/{URL}",
    "incy": f"incy://add/{URL}",
    "v2raytun": f"v2raytun://import/{URL}",
    "v2rayng": f"v2rayng://install-config?url={ENCODED}#{NAME}",
    "hiddify": f"hiddify://import/{URL}#{NAME}",
    "sing_box": f"sing-box://import-remote-profile?url={ENCODED}#{NAME}",
    "clash_verge": f"clash://install-config?name={NAME}&url={ENCODED}",
    "flclash": f"flclash://install-config?url={ENCODED}",
    "flclashx": f"flclashx://install-config?url={ENCODED}",
    "koala_clash": f"koala-clash://install-config?url={ENCODED}",
    "prizrak_box": f"prizrak-box://install-config?url={ENCODED}",
    "stash": f"stash://install-config?url={ENCODED}",
    "clash_meta": f"clashmeta://install-config?url={ENCODED}",
    "karing": f"karing://install-config?url={ENCODED}&name={NAME}&hwid=true",
    "nekobox": f"sn://subscription?url={ENCODED}&name={NAME}",
    "exclave": f"exclave://subscription?url={ENCODED}",
    "streisand": f"streisand://import/{URL}",
    "shadowrocket": f"shadowrocket://add/{URL}#{NAME}",
    "v2box": f"v2box://install-sub?url={ENCODED}&name={NAME}",
    "v2rayn": None,
}


def test_every_app_has_the_link_that_it_reads() -> None:
    """Each app of the catalogue gets exactly its documented form, and one that reads no link gets none."""
    assert {code: import_link(app, URL, "Я & VPN%") for code, app in APPS.items()} == LINKS


def test_a_link_brings_the_whole_address_home() -> None:
    """What an app decodes once or twice is the subscription URL again, and the name ends nowhere inside it."""
    for link in filter(None, LINKS.values()):
        given = parse_qs(urlsplit(link).query).get(
            "url", [link.partition("://")[2].partition("/")[2].partition("#")[0]]
        )
        assert given == [URL]


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)", "https://a.b/s/t?x=1", "https://a.b/s/t#x", "https://u:p@a.b/s/t", "//a.b/s/t", "",
        "https://a.b/s/t x", "https://a.b/s/\"><script>", "https://a.b/s/%2e%2e", "https://a.b/s/т", "happ://add/x",
        "https://a.b/s/t\n", "https://a.b//c",
    ],
)  # fmt: skip
def test_an_address_that_apps_would_read_differently_is_refused(url: str) -> None:
    """No button is made of a query, an escape, another scheme or markup."""
    assert is_importable(URL)
    assert not is_importable(url)
    for app in APPS.values():
        with pytest.raises(ValueError):
            import_link(app, url, "Orbit")


def test_every_platform_has_an_app_by_default() -> None:
    """Each app that is offered opens by a link and can be installed over https."""
    assert list(DEFAULT_OFFER.apps) == list(Platform)
    for platform, apps in DEFAULT_OFFER.apps.items():
        assert apps
        for app in apps:
            assert app.link
            assert app.pages[platform]
    assert all(
        address.startswith("https://") for app in APPS.values() for where in app.pages.values() for address in where
    )


def test_the_owner_says_which_apps_in_which_order() -> None:
    """An order, an app's new store page, a platform that isn't offered; the rest keeps its defaults."""
    page = "https://example.org/incy"
    offer = app_offer({Platform.IOS: ["incy", "happ"], Platform.TV: []}, {"incy": {Platform.IOS: [page]}})
    assert [app.code for app in offer.apps[Platform.IOS]] == ["incy", "happ"]
    assert offer.apps[Platform.IOS][0].pages[Platform.IOS] == (page,)
    assert Platform.TV not in offer.apps
    assert offer.apps[Platform.ANDROID] == DEFAULT_OFFER.apps[Platform.ANDROID]
    for codes in (["nothing"], ["nekobox"], ["happ", "happ"]):
        with pytest.raises(ValueError):
            app_offer({Platform.IOS: codes}, {})
    with pytest.raises(ValueError):
        app_offer({}, {"nothing": {}})
