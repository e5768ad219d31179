"""How to connect: the subscription link, its picture, and the steps for each kind of device."""

from orbit_adapters.telegram.apps import PLATFORMS, TV_IMPORT_URL, Platform
from orbit_adapters.telegram.callbacks import SeeConnect, SeeKey, SeeKeys, SeePlatform
from orbit_adapters.telegram.i18n import Translator
from orbit_adapters.telegram.qr import qr_png
from orbit_adapters.telegram.sanitize import code
from orbit_adapters.telegram.screen import Row, Screen, TapButton, copy, keyboard, link, tap
from orbit_adapters.telegram.screens.buttons import back_row, home_row, plans_row
from orbit_domain.access.key import Key
from orbit_domain.ids import KeyId
from orbit_domain.subscription.subscription import GRACE, SubscriptionState
from orbit_domain.use_cases.show_keys import KeysView

MOST_CAPTION_URL_CHARS = 300
"""Longer links leave no room for words under a picture, so the screen does without one."""

_PLATFORMS_A_ROW = 2


def connect_screen(ring: KeysView, key_id: KeyId | None = None) -> Screen:
    """How to connect with the key of that id, or with the first one."""
    translate = Translator(ring.user.language)
    if ring.state in (SubscriptionState.NONE, SubscriptionState.EXPIRED) or ring.subscription.ends_at is None:
        return _nothing(ring, translate)
    key = _chosen(ring, key_id)
    if key is None or not key.subscription_url:
        return Screen(translate("connect-preparing"), keyboard(_look_again(translate, key), home_row(translate)))
    url, ends_at = key.subscription_url, ring.subscription.ends_at
    in_grace = ring.state is SubscriptionState.GRACE
    return Screen(
        translate(
            "connect-grace" if in_grace else "connect",
            url=code(url),
            left=translate.left(ends_at + GRACE if in_grace else ends_at, ring.now),
            end=translate.day(ends_at, ring.now),
        ),
        keyboard(
            plans_row(translate, "b-renew") if in_grace else (),
            copy(translate.label("b-copy-link"), url),
            *_platforms(key, translate),
            tap(translate.label("b-keys"), SeeKeys()) if len(ring.keys) > 1 else (),
            home_row(translate),
        ),
        _picture(url),
    )


def platform_screen(ring: KeysView, key_id: KeyId, platform: str) -> Screen:
    """The steps for one kind of device; an unknown one falls back to the whole."""
    translate = Translator(ring.user.language)
    key, device = _chosen(ring, key_id), PLATFORMS.get(platform)
    whole = connect_screen(ring, key_id)
    if key is None or device is None or not key.subscription_url or ring.state is SubscriptionState.EXPIRED:
        return whole
    url = key.subscription_url
    app = device.apps[0]
    is_tv = device.code == "tv"
    return Screen(
        translate(
            "platform-tv" if is_tv else "platform",
            platform=translate.label(f"b-platform-{device.code}"),
            app=app.name,
            copy=translate.label("b-copy-link"),
            **{"import": code(url if is_tv else app.import_prefix + url)},
        ),
        keyboard(
            *_installs(device, translate),
            link(translate.label("b-tv-page"), TV_IMPORT_URL) if is_tv else (),
            copy(translate.label("b-copy-link"), url),
            () if is_tv else copy(translate.label("b-copy-import", app=app.name), app.import_prefix + url),
            back_row(translate, SeeKey(key.id)),
        ),
        whole.photo,
    )


def _nothing(ring: KeysView, translate: Translator) -> Screen:
    ends_at = ring.subscription.ends_at
    if ends_at is None:
        return Screen(translate("connect-none"), keyboard(plans_row(translate, "b-buy"), home_row(translate)))
    text = translate("connect-expired", end=translate.day(ends_at, ring.now))
    return Screen(text, keyboard(plans_row(translate, "b-renew"), home_row(translate)))


def _chosen(ring: KeysView, key_id: KeyId | None) -> Key | None:
    mine = {key.id: key for key in ring.keys}
    first = ring.keys[0] if ring.keys else None
    return mine.get(key_id, first) if key_id is not None else first


def _look_again(translate: Translator, key: Key | None) -> Row:
    return tap(translate.label("b-refresh"), SeeKey(key.id) if key else SeeConnect())


def _platforms(key: Key, translate: Translator) -> list[Row]:
    buttons = [TapButton(translate.label(f"b-platform-{name}"), SeePlatform(key.id, name)) for name in PLATFORMS]
    return [tuple(buttons[at : at + _PLATFORMS_A_ROW]) for at in range(0, len(buttons), _PLATFORMS_A_ROW)]


def _installs(device: Platform, translate: Translator) -> list[Row]:
    return [link(translate.label("b-install", app=app.name), app.install_url) for app in device.apps]


def _picture(url: str) -> bytes | None:
    return qr_png(url) if len(url) <= MOST_CAPTION_URL_CHARS else None
