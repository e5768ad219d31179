"""The VPN apps for each kind of device: where to install them and how they import a subscription.

The apps publish their store addresses and import schemes (Happ, Hiddify). Buttons may carry https only, so
an import link is shown as text to copy.
"""

from dataclasses import dataclass
from typing import Final

TV_IMPORT_URL: Final = "https://tv.happ.su"


@dataclass(frozen=True, slots=True)
class App:
    """`import_prefix` before a subscription URL makes the app add it."""

    name: str
    install_url: str
    import_prefix: str


@dataclass(frozen=True, slots=True)
class Platform:
    """A kind of device. The instructions name the first of its apps."""

    code: str
    apps: tuple[App, ...]


_HAPP = "happ://add/"
_HIDDIFY = "hiddify://import/"
_HAPP_DESKTOP = App("Happ", "https://github.com/Happ-proxy/happ-desktop/releases/latest", _HAPP)
_HIDDIFY_DESKTOP = App("Hiddify", "https://github.com/hiddify/hiddify-app/releases/latest", _HIDDIFY)
_HAPP_PLAY = App("Happ", "https://play.google.com/store/apps/details?id=com.happproxy", _HAPP)

PLATFORMS: Final = {
    platform.code: platform
    for platform in (
        Platform(
            "ios",
            (
                App("Happ", "https://apps.apple.com/app/happ-proxy-utility/id6504287215", _HAPP),
                App("Happ Plus", "https://apps.apple.com/ru/app/happ-proxy-utility-plus/id6746188973", _HAPP),
                App("Hiddify", "https://apps.apple.com/app/hiddify-proxy-vpn/id6596777532", _HIDDIFY),
            ),
        ),
        Platform(
            "android",
            (_HAPP_PLAY, App("Hiddify", "https://play.google.com/store/apps/details?id=app.hiddify.com", _HIDDIFY)),
        ),
        Platform("windows", (_HAPP_DESKTOP, _HIDDIFY_DESKTOP)),
        Platform("macos", (_HAPP_DESKTOP, _HIDDIFY_DESKTOP)),
        Platform("linux", (_HAPP_DESKTOP, _HIDDIFY_DESKTOP)),
        Platform("tv", (_HAPP_PLAY,)),
    )
}
