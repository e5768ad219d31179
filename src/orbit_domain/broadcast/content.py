"""What a message to many says: words as Telegram marks them up, perhaps a picture, and buttons of its author's own."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from html import unescape

from orbit_domain.errors import Refusal

MAX_TEXT = 3_500
"""Characters with their markup: below Telegram's 4 096 of the text alone, whatever the markup adds."""
MAX_CAPTION = 1_024
"""What Telegram takes below a picture, in UTF-16 units without the markup."""
MAX_BUTTONS = 6
MAX_LABEL = 40
MAX_URL = 1_024
PROMO_MARK = "promo:"
"""Begins the target of a button that enters a promo code."""

_TAG = re.compile(r"<[^>]*>")
_LINK = re.compile(r"https://(?:[\w-]+\.)+[\w-]+(?::\d{1,5})?(?:[/?#]\S*)?")
_SHOWN_CHARS = 60


class Place(StrEnum):
    """Where in the bot a button may lead."""

    PLANS = "plans"
    CONNECT = "connect"
    INVITE = "invite"
    BALANCE = "balance"


class ButtonFault(StrEnum):
    """Why a button can't be sent."""

    SHAPE = "shape"
    LABEL = "label"
    LINK = "link"
    PROMO = "promo"
    COUNT = "count"


@dataclass(eq=False)
class NotABroadcast(Refusal):
    """There are no words and no picture, or the words are longer than *limit*."""

    limit: int
    has_picture: bool = False


@dataclass(eq=False)
class NotAButton(Refusal):
    """This line makes no button that Telegram would take."""

    line: str
    fault: ButtonFault


@dataclass(frozen=True, slots=True)
class BroadcastButton:
    """*target* is an https address, a `Place`, or PROMO_MARK with a code."""

    label: str
    target: str


def checked_text(html: str, *, has_picture: bool) -> str:
    """*html* without space around it. Raises NotABroadcast."""
    text = html.strip()
    if has_picture:
        if _units(visible(text)) > MAX_CAPTION:
            raise NotABroadcast(MAX_CAPTION, has_picture=True)
    elif not visible(text).strip() or len(text) > MAX_TEXT:
        raise NotABroadcast(MAX_TEXT)
    return text


def checked_buttons(buttons: Sequence[BroadcastButton]) -> tuple[BroadcastButton, ...]:
    """*buttons*, one below the other. Raises NotAButton for the first that Telegram wouldn't take."""
    for button in buttons:
        if not button.label.strip() or _units(button.label) > MAX_LABEL:
            raise NotAButton(shown_line(button.label), ButtonFault.LABEL)
        if not (button.target in set(Place) or button.target.startswith(PROMO_MARK) or _is_link(button.target)):
            raise NotAButton(shown_line(f"{button.label} - {button.target}"), ButtonFault.LINK)
    if len(buttons) > MAX_BUTTONS:
        raise NotAButton(shown_line(buttons[MAX_BUTTONS].label), ButtonFault.COUNT)
    return tuple(buttons)


def visible(html: str) -> str:
    """The words of *html* without their markup."""
    return unescape(_TAG.sub("", html))


def shown_line(line: str) -> str:
    """As much of *line* as tells which one it is."""
    return line[:_SHOWN_CHARS]


def _units(text: str) -> int:
    """The length that Telegram counts: characters beyond the basic plane are two."""
    return len(text) + sum(character > "\uffff" for character in text)


def _is_link(url: str) -> bool:
    return len(url) <= MAX_URL and url.isprintable() and _LINK.fullmatch(url) is not None
