"""The ways on that many screens share."""

from orbit_adapters.telegram.callbacks import Callback, SeeConnect, SeeHome, SeePlans
from orbit_adapters.telegram.i18n import Translator
from orbit_adapters.telegram.sanitize import Html
from orbit_adapters.telegram.screen import Row, TapButton, tap


def home_row(translate: Translator) -> Row:
    """Only the way home."""
    return tap(translate.label("b-home"), SeeHome())


def back_row(translate: Translator, to: Callback) -> Row:
    """One step back, and all the way home."""
    return (TapButton(translate.label("b-back"), to), TapButton(translate.label("b-home"), SeeHome()))


def connect_row(translate: Translator) -> Row:
    """To the key."""
    return tap(translate.label("b-connect"), SeeConnect())


def plans_row(translate: Translator, key: str = "b-plans") -> Row:
    """To what can be bought, under the words of *key*."""
    return tap(translate.label(key), SeePlans())


def paragraphs(*parts: Html | str) -> Html:
    """The parts that aren't empty, an empty line between them."""
    return Html("\n\n".join(part for part in parts if part))


def lines(*parts: Html | str) -> Html:
    """The parts that aren't empty, one a line."""
    return Html("\n".join(part for part in parts if part))
