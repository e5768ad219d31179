"""The shape that all refusals share."""

from orbit_adapters.telegram.i18n import Fact, Translator
from orbit_adapters.telegram.sanitize import Html
from orbit_adapters.telegram.screen import Row, Screen, keyboard


def refused(translate: Translator, key: str, *rows: Row, **facts: Fact) -> Screen:
    """The screen of the texts *key*-title and *key*, with *rows* as its buttons. The title is also the toast."""
    title = translate.label(f"{key}-title", **facts)
    text = Html(f"<b>{translate(f'{key}-title', **facts)}</b>\n\n{translate(key, **facts)}")
    return Screen(text, keyboard(*rows)).with_toast(title)
