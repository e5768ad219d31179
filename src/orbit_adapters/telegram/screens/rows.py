"""The ways on that many screens share."""

from orbit_adapters.telegram.callbacks import Callback, SeeConnect, SeeHome, SeePlans
from orbit_adapters.telegram.clean import Html
from orbit_adapters.telegram.say import Say
from orbit_adapters.telegram.screen import Row, TapButton, tap


def home_row(say: Say) -> Row:
    """Only the way home."""
    return tap(say.label("b-home"), SeeHome())


def back_row(say: Say, to: Callback) -> Row:
    """One step back, and all the way home."""
    return (TapButton(say.label("b-back"), to), TapButton(say.label("b-home"), SeeHome()))


def connect_row(say: Say) -> Row:
    """To the key."""
    return tap(say.label("b-connect"), SeeConnect())


def plans_row(say: Say, key: str = "b-plans") -> Row:
    """To what can be bought, under the words of *key*."""
    return tap(say.label(key), SeePlans())


def paragraphs(*parts: Html | str) -> Html:
    """The parts that aren't empty, an empty line between them."""
    return Html("\n\n".join(part for part in parts if part))


def lines(*parts: Html | str) -> Html:
    """The parts that aren't empty, one a line."""
    return Html("\n".join(part for part in parts if part))
