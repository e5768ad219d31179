"""Telegram's HTML as a reader sees it, and all screens."""

import re
from collections.abc import Iterator
from functools import cache
from html.parser import HTMLParser

from orbit_adapters.telegram.i18n import Translator
from orbit_adapters.telegram.notices import notice_screen
from orbit_adapters.telegram.refusals import refusal_screen
from orbit_adapters.telegram.screen import Screen
from orbit_domain.money import RUB
from tests.unit.screens.notice_examples import NOTICES
from tests.unit.screens.refusal_examples import REFUSALS
from tests.unit.screens.screen_examples import SCREENS

TAGS = frozenset({"b", "i", "code"})


class Reader(HTMLParser):
    """Collects the text. Records any tag that isn't allowed, and bad nesting."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.text: list[str] = []
        self.coded: list[str] = []
        self.open: list[str] = []
        self.faults: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.open.append(tag)
        if tag not in TAGS or attrs:
            self.faults.append(f"<{tag} {attrs}>")

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.faults.append(f"</{tag}>")

    def handle_data(self, data: str) -> None:
        (self.coded if "code" in self.open else self.text).append(data)


def read(html: str) -> Reader:
    """Parse *html*."""
    reader = Reader()
    reader.feed(html)
    reader.close()
    reader.faults += [f"<{tag}> is never closed" for tag in reader.open]
    return reader


def visible_units(html: str) -> int:
    """The length in UTF-16 units, as Telegram counts it."""
    reader = read(html)
    return len("".join(reader.text + reader.coded).encode("utf-16-le")) // 2


@cache
def every_screen(language: str) -> tuple[tuple[str, Screen], ...]:
    """Every screen, notice and refusal in *language* with its name, made once for all tests: many have pictures."""
    return tuple(_every_screen(language))


def _every_screen(language: str) -> Iterator[tuple[str, Screen]]:
    for name, example in SCREENS.items():
        yield name, example(language)
    for name, notice in NOTICES.items():
        yield name, notice_screen(notice, Translator(language), RUB)
    for name, refusal in REFUSALS.items():
        yield name, refusal_screen(refusal, Translator(language))


def visible_words(screen: Screen) -> str:
    """The texts of the bot on *screen*: text without code and links, labels, toast."""
    labels = " ".join(button.text for row in screen.rows for button in row)
    return re.sub(r"https?://\S+", " ", f"{' '.join(read(screen.text).text)} {labels} {screen.toast or ''}")
