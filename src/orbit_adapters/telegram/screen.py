"""A screen as data: text, buttons and perhaps a picture. This module doesn't import aiogram."""

from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Self
from urllib.parse import urlsplit

from orbit_adapters.telegram.callback_data import Callback
from orbit_adapters.telegram.sanitize import Html, sanitize

MAX_COPIED_CHARS = 256
MAX_URL_CHARS = 1_024
LABEL_CHARS = 60
TOAST_CHARS = 190


@dataclass(frozen=True, slots=True)
class TapButton:
    """Sends callback data to the bot."""

    text: str
    tap: Callback


@dataclass(frozen=True, slots=True)
class LinkButton:
    """Opens an https page. Telegram refuses a message with another scheme."""

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
    """What to show: `text` is Telegram's HTML, `photo` a PNG above it or Telegram's name of a picture,
    `toast` a short text that answers a tap.

    A message that shows a `kept` screen never becomes another screen: its buttons open a new message.
    """

    text: Html
    rows: tuple[Row, ...] = ()
    photo: bytes | str | None = None
    toast: str | None = None
    kept: bool = False

    def with_toast(self, toast: str) -> Self:
        """The same screen with *toast*."""
        return replace(self, toast=toast[:TOAST_CHARS])

    def with_intro(self, intro: Html) -> Self:
        """The same screen with *intro* as its first paragraph."""
        return replace(self, text=Html(f"{intro}\n\n{self.text}"))


def tap(text: str, callback: Callback) -> Row:
    """A row of one button that sends *callback* to the bot."""
    return (TapButton(_label(text), callback),)


def link(text: str, url: str) -> Row:
    """A row of one button that opens *url*. An empty row when Telegram would refuse the URL."""
    return (LinkButton(_label(text), url),) if is_https(url) else ()


def copy(text: str, copied: str) -> Row:
    """A row of one button that copies *copied*. An empty row when that is empty or too long."""
    fits = 0 < len(copied.encode("utf-16-le", "replace")) // 2 <= MAX_COPIED_CHARS
    return (CopyButton(_label(text), copied),) if fits else ()


def keyboard(*rows: Row) -> tuple[Row, ...]:
    """The rows that aren't empty."""
    return tuple(row for row in rows if row)


def is_https(url: str) -> bool:
    """Whether a button may open *url*."""
    if len(url) > MAX_URL_CHARS or any(character.isspace() or not character.isprintable() for character in url):
        return False
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
    except ValueError:
        return False
    return parts.scheme == "https" and "." in host


@lru_cache(maxsize=2_048)
def _label(text: str) -> str:
    """*text* as a button shows it. Most labels are the same for everybody."""
    return sanitize(text, LABEL_CHARS)
