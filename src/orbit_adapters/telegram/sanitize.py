"""Sanitize text from outside: no invisible characters, no text direction marks, limited length."""

import html
import unicodedata

MAX_FACT_CHARS = 120
_MARKS_PER_LETTER = 2
# Controls, bidi and zero-width marks (Cf), surrogates, private and unassigned characters, line separators.
_UNSAFE = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})


class Html(str):
    """Text that is HTML already. `Translator` returns it and doesn't escape it again."""

    __slots__ = ()


def sanitize(text: str, maximum: int = MAX_FACT_CHARS) -> str:
    """*text* on one line, without invisible characters and stacked accents, cut to *maximum* characters."""
    kept: list[str] = []
    marks = 0
    for character in text[: maximum * 8]:
        category = unicodedata.category(character)
        marks = marks + 1 if category in ("Mn", "Me") else 0
        if character.isspace():
            kept.append(" ")
        elif category not in _UNSAFE and marks <= _MARKS_PER_LETTER:
            kept.append(character)
    line = " ".join("".join(kept).split())
    return line if len(line) <= maximum else f"{line[: maximum - 1].rstrip()}…"


def escape_html(text: str, maximum: int = MAX_FACT_CHARS) -> Html:
    """*text* sanitized, cut and escaped."""
    return Html(html.escape(sanitize(text, maximum), quote=False))


def code(text: str, maximum: int = 1_000) -> Html:
    """*text* as inline code, which a tap copies."""
    return Html(f"<code>{escape_html(text, maximum)}</code>")
