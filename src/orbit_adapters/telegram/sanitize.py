"""Making text from outside harmless: nothing invisible, nothing that turns a line around, nothing endless."""

import unicodedata
from html import escape

LONGEST_FACT_CHARS = 120
_MARKS_PER_LETTER = 2
# Controls, bidi and zero-width marks (Cf), surrogates, private and unassigned characters, line separators.
_UNSAFE = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})


class Html(str):
    """Text that is HTML already: what `Translator` returns, and what it puts in as it is."""

    __slots__ = ()


def clean(text: str, maximum: int = LONGEST_FACT_CHARS) -> str:
    """*text* on one line, without invisible characters and towers of accents, cut to *most* characters."""
    kept: list[str] = []
    marks = 0
    for character in text[: maximum * 8]:
        category = unicodedata.category(character)
        marks = marks + 1 if category in ("Mn", "Me") else 0
        if character.isspace():
            kept.append(" ")
        elif category not in _UNSAFE and marks <= _MARKS_PER_LETTER:
            kept.append(character)
    shown = " ".join("".join(kept).split())
    return shown if len(shown) <= maximum else f"{shown[: maximum - 1].rstrip()}…"


def html(text: str, maximum: int = LONGEST_FACT_CHARS) -> Html:
    """*text* cleaned, cut and escaped."""
    return Html(escape(clean(text, maximum), quote=False))


def code(text: str, maximum: int = 1_000) -> Html:
    """*text* in the type that a tap copies."""
    return Html(f"<code>{html(text, maximum)}</code>")
