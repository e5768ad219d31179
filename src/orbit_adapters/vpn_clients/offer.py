"""Which apps the shop offers on each platform, and where they are installed from."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from orbit_adapters.vpn_clients.apps import APPS, VpnApp
from orbit_adapters.vpn_clients.platform import Platform

DEFAULT_CODES: Final[Mapping[Platform, tuple[str, ...]]] = {
    Platform.IOS: ("happ", "incy"),
    Platform.ANDROID: ("happ", "hiddify"),
    Platform.WINDOWS: ("happ", "hiddify"),
    Platform.MACOS: ("happ", "hiddify"),
    Platform.LINUX: ("happ", "hiddify"),
    Platform.TV: ("happ",),
}
"""Two apps where there are two: a store may lose one of them overnight."""


@dataclass(frozen=True, slots=True)
class AppOffer:
    """The apps of each platform, the one to take first."""

    apps: Mapping[Platform, tuple[VpnApp, ...]]


def app_offer(
    codes: Mapping[Platform, Sequence[str]], pages: Mapping[str, Mapping[Platform, Sequence[str]]]
) -> AppOffer:
    """What the owner says, and the defaults for what the owner doesn't.

    *codes* are the apps of a platform in order, none: it isn't shown. *pages* are addresses that install an app on a
    platform, in the place of those of the catalogue. Raises ValueError for an app that isn't in the catalogue, doesn't
    run there, or is named twice.
    """
    for code in pages:
        _known(code)
    chosen = {**DEFAULT_CODES, **codes}
    return AppOffer({platform: _apps(platform, chosen[platform], pages) for platform in Platform if chosen[platform]})


def _apps(
    platform: Platform, codes: Sequence[str], pages: Mapping[str, Mapping[Platform, Sequence[str]]]
) -> tuple[VpnApp, ...]:
    if len(set(codes)) < len(codes):
        raise ValueError(f"names an app of {platform} twice")
    found = []
    for app in map(_known, codes):
        own = {where: tuple(addresses) for where, addresses in pages.get(app.code, {}).items()}
        here = replace(app, pages={**app.pages, **own})
        if platform not in here.pages:
            raise ValueError(f"{app.name} doesn't run on {platform}")
        found.append(here)
    return tuple(found)


def _known(code: str) -> VpnApp:
    if code not in APPS:
        raise ValueError(f"names an app that isn't known; known are {', '.join(APPS)}")
    return APPS[code]


DEFAULT_OFFER: Final = app_offer({}, {})
