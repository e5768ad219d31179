"""The apps that the opening page can offer: where to install them, and the link that imports a subscription."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from orbit_adapters.vpn_clients.platform import Platform

_APP_STORE = "https://apps.apple.com/app/id"
_PLAY = "https://play.google.com/store/apps/details?id="
_GITHUB = "https://github.com/"
_DESKTOPS = (Platform.WINDOWS, Platform.MACOS, Platform.LINUX)


@dataclass(frozen=True, slots=True)
class VpnApp:
    """An app, and the addresses that install it on each platform that it runs on; without any: its name is all we know.

    `link` is the app's own form of an import link, for `import_link`; None: the app has none, its user pastes the URL.
    """

    code: str
    name: str
    link: str | None
    pages: Mapping[Platform, tuple[str, ...]]


def _everywhere(pages: Mapping[Platform, tuple[str, ...]], desktop: str) -> dict[Platform, tuple[str, ...]]:
    return {**pages, **dict.fromkeys(_DESKTOPS, (desktop,))}


APPS: Final = {
    app.code: app
    for app in (
        VpnApp(
            "happ",
            "Happ",
            "happ://add/{url}",
            _everywhere(
                {
                    Platform.IOS: (f"{_APP_STORE}6504287215", "https://apps.apple.com/ru/app/id6783623643"),
                    Platform.ANDROID: (
                        f"{_PLAY}com.happproxy",
                        f"{_GITHUB}Happ-proxy/happ-android/releases/latest",
                    ),
                    Platform.TV: (f"{_PLAY}com.happproxy", f"{_APP_STORE}6748297274"),
                },
                f"{_GITHUB}Happ-proxy/happ-desktop/releases/latest",
            ),
        ),
        VpnApp(
            "incy",
            "INCY",
            "incy://add/{url}",
            {Platform.IOS: (f"{_APP_STORE}6756943388",), Platform.ANDROID: (f"{_PLAY}llc.itdev.incy",)},
        ),
        VpnApp(
            "v2raytun",
            "v2RayTun",
            "v2raytun://import/{url}",
            {Platform.IOS: (f"{_APP_STORE}6476628951",), Platform.ANDROID: (f"{_PLAY}com.v2raytun.android",)},
        ),
        VpnApp(
            "hiddify",
            "Hiddify",
            "hiddify://import/{url}#{name}",
            _everywhere(
                {
                    Platform.IOS: (f"{_APP_STORE}6596777532",),
                    Platform.ANDROID: (
                        f"{_PLAY}app.hiddify.com",
                        f"{_GITHUB}hiddify/hiddify-app/releases/latest",
                    ),
                },
                f"{_GITHUB}hiddify/hiddify-app/releases/latest",
            ),
        ),
        VpnApp(
            "v2rayng",
            "v2rayNG",
            "v2rayng://install-config?url={encoded_url}#{name}",
            {Platform.ANDROID: (f"{_PLAY}com.v2ray.ang", f"{_GITHUB}2dust/v2rayNG/releases/latest")},
        ),
        VpnApp("v2rayn", "v2rayN", None, _everywhere({}, f"{_GITHUB}2dust/v2rayN/releases/latest")),
        VpnApp(
            "sing_box",
            "sing-box",
            "sing-box://import-remote-profile?url={encoded_url}#{name}",
            {Platform.IOS: (), Platform.ANDROID: (), Platform.MACOS: ()},
        ),
        VpnApp(
            "clash_verge",
            "Clash Verge",
            # The address is last: the app takes the rest of the query for it.
            "clash://install-config?name={name}&url={encoded_url}",
            _everywhere({}, f"{_GITHUB}clash-verge-rev/clash-verge-rev/releases/latest"),
        ),
        VpnApp(
            "flclash",
            "FlClash",
            "flclash://install-config?url={encoded_url}",
            _everywhere(
                {Platform.ANDROID: (f"{_GITHUB}chen08209/FlClash/releases/latest",)},
                f"{_GITHUB}chen08209/FlClash/releases/latest",
            ),
        ),
        VpnApp(
            "karing",
            "Karing",
            "karing://install-config?url={encoded_url}&name={name}&hwid=true",
            _everywhere(
                {
                    Platform.IOS: (f"{_APP_STORE}6472431552",),
                    Platform.ANDROID: (f"{_GITHUB}KaringX/karing/releases/latest",),
                },
                f"{_GITHUB}KaringX/karing/releases/latest",
            ),
        ),
        VpnApp(
            "nekobox",
            "NekoBox",
            "sn://subscription?url={encoded_url}&name={name}",
            {Platform.ANDROID: (f"{_GITHUB}MatsuriDayo/NekoBoxForAndroid/releases/latest",)},
        ),
        VpnApp("exclave", "Exclave", "exclave://subscription?url={encoded_url}", {Platform.ANDROID: ()}),
        VpnApp("streisand", "Streisand", "streisand://import/{url}", {Platform.IOS: (f"{_APP_STORE}6450534064",)}),
        VpnApp(
            "shadowrocket",
            "Shadowrocket",
            "shadowrocket://add/{url}#{name}",
            {Platform.IOS: (f"{_APP_STORE}932747118",)},
        ),
        VpnApp("v2box", "V2Box", "v2box://install-sub?url={encoded_url}&name={name}", {Platform.IOS: ()}),
        VpnApp(
            "stash",
            "Stash",
            "stash://install-config?url={encoded_url}",
            {Platform.IOS: (f"{_APP_STORE}1596063349",)},
        ),
        VpnApp(
            "flclashx",
            "FlClashX",
            "flclashx://install-config?url={encoded_url}",
            dict.fromkeys((Platform.ANDROID, *_DESKTOPS), ()),
        ),
        VpnApp(
            "koala_clash", "Koala Clash", "koala-clash://install-config?url={encoded_url}", dict.fromkeys(_DESKTOPS, ())
        ),
        VpnApp(
            "prizrak_box", "Prizrak-Box", "prizrak-box://install-config?url={encoded_url}", dict.fromkeys(_DESKTOPS, ())
        ),
        VpnApp("clash_meta", "Clash Meta", "clashmeta://install-config?url={encoded_url}", {Platform.ANDROID: ()}),
    )
}
