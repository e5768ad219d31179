"""A screen as data: words, buttons and perhaps a picture. Nothing of aiogram is needed to make one."""

from dataclasses import dataclass, replace
from typing import Self
from urllib.parse import urlsplit

from orbit_adapters.telegram.callbacks import Callback
from orbit_adapters.telegram.sanitize import Html, clean

MOST_COPIED_CHARS = 256
MOST_URL_CHARS = 1_024
LABEL_CHARS = 60
TOAST_CHARS = 190


@dataclass(frozen=True, slots=True)
class TapButton:
    """Tells the bot something."""

    text: str
    tap: Callback


@dataclass(frozen=True, slots=True)
class LinkButton:
    """Opens an https page. Telegram refuses other schemes, and with them the whole message."""

    text: str
    url: str


@dataclass(frozen=True, slots=True)
class CopyButton:
    """Copies up to 256 characters."""

    text: str
    copied: str


Button = TapButton | LinkButton | CopyButton
Row = tuple[Button, ...]


@dataclass(frozen=True, slots=True)
class Screen:
    """What to show: `text` is Telegram's HTML, `photo` a PNG over it, `toast` a word in passing when a tap asked."""

    text: Html
    rows: tuple[Row, ...] = ()
    photo: bytes | None = None
    toast: str | None = None

    def hinting(self, toast: str) -> Self:
        """The same screen with a word in passing."""
        return replace(self, toast=toast[:TOAST_CHARS])

    def below(self, first: Html) -> Self:
        """The same screen under a first paragraph."""
        return replace(self, text=Html(f"{first}\n\n{self.text}"))


def tap(text: str, callback: Callback) -> Row:
    """A row of one button that tells the bot something."""
    return (TapButton(clean(text, LABEL_CHARS), callback),)


def link(text: str, url: str) -> Row:
    """A row of one button that opens *url*; no row at all when Telegram wouldn't take it."""
    return (LinkButton(clean(text, LABEL_CHARS), url),) if is_https(url) else ()


def copy(text: str, copied: str) -> Row:
    """A row of one button that copies; no row at all when there is nothing to copy or too much."""
    fits = 0 < len(copied.encode("utf-16-le", "replace")) // 2 <= MOST_COPIED_CHARS
    return (CopyButton(clean(text, LABEL_CHARS), copied),) if fits else ()


def keyboard(*rows: Row) -> tuple[Row, ...]:
    """The rows that have a button in them."""
    return tuple(row for row in rows if row)


def is_https(url: str) -> bool:
    """Whether *url* may stand behind a button."""
    if len(url) > MOST_URL_CHARS or any(character.isspace() or not character.isprintable() for character in url):
        return False
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
    except ValueError:
        return False
    return parts.scheme == "https" and "." in host
