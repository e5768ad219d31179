"""Rows of buttons that several screens share, and joining of text."""

from collections.abc import Sequence

from orbit_adapters.telegram.callback_data import Callback
from orbit_adapters.telegram.callbacks import SeeConnect, SeeHome, SeePlans
from orbit_adapters.telegram.i18n import Translator
from orbit_adapters.telegram.sanitize import Html
from orbit_adapters.telegram.screen import Row, TapButton, link, tap


def home_row(translate: Translator) -> Row:
    """The home button."""
    return tap(translate.label("b-home"), SeeHome())


def back_row(translate: Translator, to: Callback) -> Row:
    """The back and home buttons."""
    return (TapButton(translate.label("b-back"), to), TapButton(translate.label("b-home"), SeeHome()))


def connect_row(translate: Translator) -> Row:
    """The button that leads to the key."""
    return tap(translate.label("b-connect"), SeeConnect())


def plans_row(translate: Translator, key: str = "b-plans") -> Row:
    """The button that leads to the plans, with the label *key*."""
    return tap(translate.label(key), SeePlans())


def terms_row(url: str, translate: Translator) -> Row:
    """The button that opens the shop's terms; empty without them."""
    return link(translate.label("b-terms"), url) if url else ()


def in_twos(buttons: Sequence[TapButton]) -> list[Row]:
    """Two buttons a row, in their order. A label that is longer than half a phone's width needs a row of its own."""
    return [tuple(buttons[at : at + 2]) for at in range(0, len(buttons), 2)]


def paragraphs(*parts: Html | str) -> Html:
    """Join the parts that aren't empty, with an empty line between them."""
    return Html("\n\n".join(part for part in parts if part))


def lines(*parts: Html | str) -> Html:
    """Join the parts that aren't empty, one per line."""
    return Html("\n".join(part for part in parts if part))
