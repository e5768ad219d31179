"""The list of the customer's keys."""

from orbit_adapters.telegram.callbacks import SeeConnect, SeeKey
from orbit_adapters.telegram.i18n import Translator
from orbit_adapters.telegram.sanitize import Html, sanitize
from orbit_adapters.telegram.screen import Screen, keyboard, tap
from orbit_adapters.telegram.screens.buttons import back_row, home_row, lines, paragraphs, plans_row
from orbit_domain.access.key import Key
from orbit_domain.subscription.subscription import GRACE
from orbit_domain.use_cases.show_keys import KeysView

_NAME_CHARS = 40
_SHOWN = 20


def keys_screen(view: KeysView) -> Screen:
    """Each key with its state; a tap shows how to connect with it."""
    translate = Translator(view.user.language)
    if not view.keys:
        return Screen(translate("keys-none"), keyboard(plans_row(translate), home_row(translate)))
    shown = view.keys[:_SHOWN]
    return Screen(
        paragraphs(translate("keys"), lines(*(_line(key, view, translate) for key in shown))),
        keyboard(
            *(tap(sanitize(key.name, _NAME_CHARS) or key.username, SeeKey(key.id)) for key in shown),
            back_row(translate, SeeConnect()),
        ),
    )


def _line(key: Key, view: KeysView, translate: Translator) -> Html:
    name = sanitize(key.name, _NAME_CHARS) or key.username
    end = translate.day(key.expires_at - GRACE)
    if key.expires_at <= view.now or not key.enabled:
        return translate("key-off", name=name, end=end)
    if not view.url_of(key):
        return translate("key-preparing", name=name)
    return translate("key-ready", name=name, end=end)
