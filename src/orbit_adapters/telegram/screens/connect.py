"""How to connect: the subscription link, its picture, and the steps for each kind of device."""

from orbit_adapters.telegram.apps import PLATFORMS, TV_IMPORT_URL, Platform
from orbit_adapters.telegram.callbacks import SeeConnect, SeeKey, SeeKeys, SeePlatform
from orbit_adapters.telegram.clean import code
from orbit_adapters.telegram.qr import qr_png
from orbit_adapters.telegram.say import Say
from orbit_adapters.telegram.screen import Row, Screen, TapButton, copy, keyboard, link, tap
from orbit_adapters.telegram.screens.rows import back_row, home_row, plans_row
from orbit_domain.access.key import Key
from orbit_domain.ids import KeyId
from orbit_domain.subscription.subscription import GRACE, SubscriptionState
from orbit_domain.use_cases.show_keys import KeyRing

MOST_CAPTION_URL_CHARS = 300
"""Longer links leave no room for words under a picture, so the screen does without one."""

_PLATFORMS_A_ROW = 2


def connect_screen(ring: KeyRing, key_id: KeyId | None = None) -> Screen:
    """How to connect with the key of that id, or with the first one."""
    say = Say(ring.user.language)
    if ring.state in (SubscriptionState.NONE, SubscriptionState.EXPIRED) or ring.subscription.ends_at is None:
        return _nothing(ring, say)
    key = _chosen(ring, key_id)
    if key is None or not key.subscription_url:
        return Screen(say("connect-preparing"), keyboard(_look_again(say, key), home_row(say)))
    url, ends_at = key.subscription_url, ring.subscription.ends_at
    in_grace = ring.state is SubscriptionState.GRACE
    return Screen(
        say(
            "connect-grace" if in_grace else "connect",
            url=code(url),
            left=say.left(ends_at + GRACE if in_grace else ends_at, ring.now),
            end=say.day(ends_at, ring.now),
        ),
        keyboard(
            plans_row(say, "b-renew") if in_grace else (),
            copy(say.label("b-copy-link"), url),
            *_platforms(key, say),
            tap(say.label("b-keys"), SeeKeys()) if len(ring.keys) > 1 else (),
            home_row(say),
        ),
        _picture(url),
    )


def platform_screen(ring: KeyRing, key_id: KeyId, platform: str) -> Screen:
    """The steps for one kind of device; an unknown one falls back to the whole."""
    say = Say(ring.user.language)
    key, device = _chosen(ring, key_id), PLATFORMS.get(platform)
    whole = connect_screen(ring, key_id)
    if key is None or device is None or not key.subscription_url or ring.state is SubscriptionState.EXPIRED:
        return whole
    url = key.subscription_url
    app = device.apps[0]
    is_tv = device.code == "tv"
    return Screen(
        say(
            "platform-tv" if is_tv else "platform",
            platform=say.label(f"b-platform-{device.code}"),
            app=app.name,
            copy=say.label("b-copy-link"),
            **{"import": code(url if is_tv else app.import_prefix + url)},
        ),
        keyboard(
            *_installs(device, say),
            link(say.label("b-tv-page"), TV_IMPORT_URL) if is_tv else (),
            copy(say.label("b-copy-link"), url),
            () if is_tv else copy(say.label("b-copy-import", app=app.name), app.import_prefix + url),
            back_row(say, SeeKey(key.id)),
        ),
        whole.photo,
    )


def _nothing(ring: KeyRing, say: Say) -> Screen:
    ends_at = ring.subscription.ends_at
    if ends_at is None:
        return Screen(say("connect-none"), keyboard(plans_row(say, "b-buy"), home_row(say)))
    text = say("connect-expired", end=say.day(ends_at, ring.now))
    return Screen(text, keyboard(plans_row(say, "b-renew"), home_row(say)))


def _chosen(ring: KeyRing, key_id: KeyId | None) -> Key | None:
    mine = {key.id: key for key in ring.keys}
    first = ring.keys[0] if ring.keys else None
    return mine.get(key_id, first) if key_id is not None else first


def _look_again(say: Say, key: Key | None) -> Row:
    return tap(say.label("b-refresh"), SeeKey(key.id) if key else SeeConnect())


def _platforms(key: Key, say: Say) -> list[Row]:
    buttons = [TapButton(say.label(f"b-platform-{name}"), SeePlatform(key.id, name)) for name in PLATFORMS]
    return [tuple(buttons[at : at + _PLATFORMS_A_ROW]) for at in range(0, len(buttons), _PLATFORMS_A_ROW)]


def _installs(device: Platform, say: Say) -> list[Row]:
    return [link(say.label("b-install", app=app.name), app.install_url) for app in device.apps]


def _picture(url: str) -> bytes | None:
    return qr_png(url) if len(url) <= MOST_CAPTION_URL_CHARS else None
