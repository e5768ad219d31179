"""A template of the chart cut into text and actions, and each action into words, as Go's text/template does."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass

_SPACE = " \t\r\n"
_COMMENT = re.compile(r"\{\{(?P<left>-\s)?/\*.*?\*/(?P<right>\s-)?\}\}", re.DOTALL)
_TRIMS_LEFT = re.compile(r"\{\{-\s")
_END = re.compile(r"\s+-\}\}|\s*\}\}")
_WORD = re.compile(
    r"""
    (?P<text>"(?:[^"\\\n]|\\.)*"|`[^`]*`)
    |(?P<number>-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?![\w.]))
    |(?P<variable>\$\w*)
    |(?P<fields>(?:\.[A-Za-z_]\w*)+)
    |(?P<dot>\.)
    |(?P<name>[A-Za-z_]\w*)
    |(?P<sign>:=|[=|(),])
    """,
    re.VERBOSE,
)


@dataclass(frozen=True, slots=True)
class Place:
    """A line of a file of the chart."""

    file: str
    line: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}"


class ChartFault(ValueError):
    """The chart, or what was given to it, is wrong; or it says something that this renderer doesn't know."""

    def __init__(self, place: Place | str, why: str) -> None:
        super().__init__(f"{place}: {why}")


@dataclass(frozen=True, slots=True)
class Word:
    """One word of an action. *apart*: white space stands before it, which parts two arguments."""

    kind: str
    text: str
    apart: bool


@dataclass(frozen=True, slots=True)
class Text:
    """What is written as it stands."""

    text: str


@dataclass(frozen=True, slots=True)
class Action:
    """What stands between braces."""

    place: Place
    words: tuple[Word, ...]


def pieces(source: str, file: str) -> Iterator[Text | Action]:
    """The text and the actions of a template in their order, trimmed where a `-` says so. Comments are gone."""
    at, trims = 0, False
    while (start := source.find("{{", at)) >= 0:
        place = Place(file, source.count("\n", 0, start) + 1)
        comment = _COMMENT.match(source, start)
        trims_left = bool(_TRIMS_LEFT.match(source, start))
        yield _text(source[at:start], trims, trims_left)
        if comment:
            at, trims = comment.end(), bool(comment["right"])
        else:
            words, at, trims = _words(source, start + (3 if trims_left else 2), place)
            yield Action(place, words)
    yield _text(source[at:], trims, False)


def _text(text: str, trims_left: bool, trims_right: bool) -> Text:
    text = text.lstrip(_SPACE) if trims_left else text
    return Text(text.rstrip(_SPACE) if trims_right else text)


def _words(source: str, at: int, place: Place) -> tuple[tuple[Word, ...], int, bool]:
    """The words of the action that begins at *at*, where it ends, and whether it trims what follows."""
    words: list[Word] = []
    while not (end := _END.match(source, at)):
        start = at
        while at < len(source) and source[at] in _SPACE:
            at += 1
        found = _WORD.match(source, at)
        if not found:
            raise ChartFault(place, f"what begins with {source[at : at + 12]!r} isn't known in an action")
        words.append(Word(str(found.lastgroup), found[0], apart=at > start))
        at = found.end()
    return tuple(words), end.end(), "-" in end[0]


def literal(word: Word, place: Place) -> str | int | float:
    """What a text or a number in an action means."""
    if word.kind == "number":
        return float(word.text) if "." in word.text else int(word.text)
    if word.text.startswith("`"):
        return word.text[1:-1]
    try:
        # The escapes that JSON shares with Go; others are refused.
        return str(json.loads(word.text.replace("\t", "\\t")))
    except ValueError:
        raise ChartFault(place, f"the text {word.text} isn't known") from None
