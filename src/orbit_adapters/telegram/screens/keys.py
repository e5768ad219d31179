"""Every key the customer has."""

from orbit_adapters.telegram.callbacks import SeeConnect, SeeKey
from orbit_adapters.telegram.i18n import Translator
from orbit_adapters.telegram.sanitize import Html, clean
from orbit_adapters.telegram.screen import Screen, keyboard, tap
from orbit_adapters.telegram.screens.buttons import back_row, home_row, lines, paragraphs, plans_row
from orbit_domain.access.key import Key
from orbit_domain.subscription.subscription import GRACE
from orbit_domain.use_cases.show_keys import KeysView

_NAME_CHARS = 40
_SHOWN = 20


def keys_screen(ring: KeysView) -> Screen:
    """Each key with its state; a tap shows how to connect with it."""
    translate = Translator(ring.user.language)
    if not ring.keys:
        return Screen(translate("keys-none"), keyboard(plans_row(translate), home_row(translate)))
    shown = ring.keys[:_SHOWN]
    return Screen(
        paragraphs(translate("keys"), lines(*(_line(key, ring, translate) for key in shown))),
        keyboard(
            *(tap(clean(key.name, _NAME_CHARS) or key.username, SeeKey(key.id)) for key in shown),
            back_row(translate, SeeConnect()),
        ),
    )


def _line(key: Key, ring: KeysView, translate: Translator) -> Html:
    name = clean(key.name, _NAME_CHARS) or key.username
    end = translate.day(key.expires_at - GRACE, ring.now)
    if key.expires_at <= ring.now or not key.enabled:
        return translate("key-off", name=name, end=end)
    if not key.subscription_url:
        return translate("key-preparing", name=name)
    return translate("key-ready", name=name, end=end)
