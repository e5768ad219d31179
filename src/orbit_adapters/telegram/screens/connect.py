"""How to connect: the subscription link, its QR code, and the steps for each kind of device."""

from orbit_adapters.telegram.apps import PLATFORMS, TV_IMPORT_URL, Platform
from orbit_adapters.telegram.callbacks import (
    ReplaceLink,
    SeeConnect,
    SeeDevices,
    SeeKey,
    SeeKeys,
    SeeNewLink,
    SeePlatform,
)
from orbit_adapters.telegram.i18n import Translator
from orbit_adapters.telegram.qr import qr_png
from orbit_adapters.telegram.sanitize import code
from orbit_adapters.telegram.screen import Row, Screen, TapButton, copy, keyboard, link, tap
from orbit_adapters.telegram.screens.buttons import back_row, home_row, plans_row
from orbit_domain.access.key import Key
from orbit_domain.ids import KeyId
from orbit_domain.subscription.subscription import GRACE, SubscriptionState
from orbit_domain.use_cases.show_keys import KeysView

MAX_CAPTION_URL_CHARS = 300
"""A longer link leaves too little room for text in a caption, so the screen has no QR code."""

_PLATFORMS_A_ROW = 2


def connect_screen(view: KeysView, key_id: KeyId | None = None) -> Screen:
    """How to connect with the key *key_id*, or with the first key."""
    translate = Translator(view.user.language)
    if view.state in (SubscriptionState.NONE, SubscriptionState.EXPIRED) or view.subscription.ends_at is None:
        return _nothing(view, translate)
    key = _chosen(view, key_id)
    if key is None:
        text = translate("connect-no-keys")
        return Screen(text, keyboard(tap(translate.label("b-keys"), SeeKeys()), home_row(translate)))
    if not key.enabled:
        keys_row = tap(translate.label("b-keys"), SeeKeys())
        return Screen(translate("connect-beyond"), keyboard(keys_row, plans_row(translate), home_row(translate)))
    if not view.url_of(key):
        return Screen(
            translate("connect-preparing"),
            keyboard(tap(translate.label("b-refresh"), SeeKey(key.id)), home_row(translate)),
        )
    url, ends_at = view.url_of(key), view.subscription.ends_at
    in_grace = view.state is SubscriptionState.GRACE
    return Screen(
        translate(
            "connect-grace" if in_grace else "connect",
            url=code(url),
            left=translate.time_left(ends_at + GRACE if in_grace else ends_at, view.now),
            end=translate.day(ends_at),
        ),
        keyboard(
            plans_row(translate, "b-renew") if in_grace else (),
            _open_row(view, url, translate),
            copy(translate.label("b-copy-link"), url),
            *_platforms(key, translate),
            tap(translate.label("b-keys"), SeeKeys()),
            tap(translate.label("b-devices"), SeeDevices()) if view.own_link and view.own_link.counts_devices else (),
            tap(translate.label("b-new-link"), SeeNewLink()) if view.own_link else (),
            home_row(translate),
        ),
        _qr(url),
    )


def platform_screen(view: KeysView, key_id: KeyId, platform: str) -> Screen:
    """The steps for one kind of device. For an unknown one: the general screen."""
    translate = Translator(view.user.language)
    key, device = _chosen(view, key_id), PLATFORMS.get(platform)
    general = connect_screen(view, key_id)
    if key is None or device is None or not view.url_of(key) or view.state is SubscriptionState.EXPIRED:
        return general
    url = view.url_of(key)
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
            link(translate.label("b-tv-page"), TV_IMPORT_URL) if is_tv else _open_row(view, url, translate),
            copy(translate.label("b-copy-link"), url),
            () if is_tv else copy(translate.label("b-copy-import", app=app.name), app.import_prefix + url),
            back_row(translate, SeeKey(key.id)),
        ),
        general.photo,
    )


def new_link_screen(view: KeysView) -> Screen:
    """What replacing the link means, before it is done. Without a link of the shop's own: the general screen."""
    if view.own_link is None:
        return connect_screen(view)
    translate = Translator(view.user.language)
    replace_row = tap(translate.label("b-replace-link"), ReplaceLink(view.own_link.stamp))
    return Screen(translate("new-link"), keyboard(replace_row, back_row(translate, SeeConnect())))


def _nothing(view: KeysView, translate: Translator) -> Screen:
    ends_at = view.subscription.ends_at
    if ends_at is None:
        return Screen(translate("connect-none"), keyboard(plans_row(translate, "b-buy"), home_row(translate)))
    text = translate("connect-expired", end=translate.day(ends_at))
    return Screen(text, keyboard(plans_row(translate, "b-renew"), home_row(translate)))


def _chosen(view: KeysView, key_id: KeyId | None) -> Key | None:
    mine = {key.id: key for key in view.keys}
    first = view.keys[0] if view.keys else None
    return mine.get(key_id, first) if key_id is not None else first


def _open_row(view: KeysView, url: str, translate: Translator) -> Row:
    """The shop's own link is a page that opens the right app on this device; a panel's may show anything."""
    return link(translate.label("b-open-app"), url) if view.own_link else ()


def _platforms(key: Key, translate: Translator) -> list[Row]:
    buttons = [TapButton(translate.label(f"b-platform-{name}"), SeePlatform(key.id, name)) for name in PLATFORMS]
    return [tuple(buttons[at : at + _PLATFORMS_A_ROW]) for at in range(0, len(buttons), _PLATFORMS_A_ROW)]


def _installs(device: Platform, translate: Translator) -> list[Row]:
    return [link(translate.label("b-install", app=app.name), app.install_url) for app in device.apps]


def _qr(url: str) -> bytes | None:
    return qr_png(url) if len(url) <= MAX_CAPTION_URL_CHARS else None
