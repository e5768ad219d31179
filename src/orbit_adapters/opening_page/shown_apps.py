"""The apps as the page shows them: each with the link of its button and the stores that have it."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from orbit_adapters.opening_page.facts import OpeningPageFacts
from orbit_adapters.vpn_clients.apps import VpnApp
from orbit_adapters.vpn_clients.deep_links import import_link
from orbit_adapters.vpn_clients.offer import AppOffer
from orbit_adapters.vpn_clients.platform import Platform

_STORES = {"apps.apple.com": "app-store", "play.google.com": "google-play", "github.com": "github"}


@dataclass(frozen=True, slots=True)
class ShownApp:
    """An app. `link` None: it can't be opened by a link. `stores` are the names of their texts, and addresses."""

    app: VpnApp
    link: str | None
    stores: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class ShownPlatform:
    """The apps of one kind of device, the one to take first."""

    platform: Platform
    apps: tuple[ShownApp, ...]


def shown_platforms(offer: AppOffer, facts: OpeningPageFacts) -> tuple[ShownPlatform, ...]:
    """Every platform of *offer*. Raises ValueError for a subscription URL that apps would read in different ways."""
    return tuple(
        ShownPlatform(platform, tuple(_shown(app, platform, facts) for app in apps))
        for platform, apps in offer.apps.items()
    )


def _shown(app: VpnApp, platform: Platform, facts: OpeningPageFacts) -> ShownApp:
    return ShownApp(
        app,
        import_link(app, facts.subscription_url, facts.title),
        tuple((_store(address, platform), address) for address in app.pages[platform]),
    )


def _store(address: str, platform: Platform) -> str:
    """The name of its text: people look for the App Store of their country, and fear a page that they don't know."""
    where = urlsplit(address)
    store = _STORES.get(where.hostname or "", "site")
    if store == "app-store" and where.path.startswith("/ru/"):
        return "app-store-ru"
    return "github-apk" if store == "github" and platform is Platform.ANDROID else store
