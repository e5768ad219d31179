"""The text of a settings file such as `.env`: the same text with other values. Lines nobody asked about stay."""

import re
from collections.abc import Mapping

_ASSIGNED = r"^[ \t]*(?:export[ \t]+)?{}[ \t]*=[^\n]*$"
_EXAMPLE = r"^#[ \t]*{}=[^\n]*$"
_ANY = re.compile(r"^(?=[A-Z][A-Z0-9_]*=)", re.MULTILINE)
_MENTIONED = re.compile(r"^[ \t]*#?[ \t]*(?:export[ \t]+)?([A-Za-z][A-Za-z0-9_]*)[ \t]*=", re.MULTILINE)
_NEEDS_QUOTES = re.compile(r"""^[\s'"#`]|\s#|\s$|[$\\\n\r]""")


class Unwritable(Exception):
    """No spelling of the value of *variable* would be read back as it is."""

    def __init__(self, variable: str) -> None:
        super().__init__(variable)
        self.variable = variable


def edited(text: str, changes: Mapping[str, str | None]) -> str:
    """*text* with each value in its place: its last line, else its example's, else a new line. None: as an example.

    Raises Unwritable.
    """
    for name, value in changes.items():
        text = _without(text, name) if value is None else _with(text, name, value)
    return text


def only_examples(text: str) -> str:
    """*text* with every value turned into an example."""
    return _ANY.sub("#", text)


def mentioned(text: str) -> frozenset[str]:
    """Every variable that *text* gives or shows as an example."""
    return frozenset(name.upper() for name in _MENTIONED.findall(text))


def _with(text: str, name: str, value: str) -> str:
    line = f"{name}={_spelt(name, value)}"
    lines = _lines(_ASSIGNED, name, text) or _lines(_EXAMPLE, name, text)[:1]
    if not lines:
        return f"{text}{'' if not text or text.endswith(chr(10)) else chr(10)}{line}\n"
    place = lines[-1]
    return text[: place.start()] + line + text[place.end() :]


def _without(text: str, name: str) -> str:
    for place in reversed(_lines(_ASSIGNED, name, text)):
        text = f"{text[: place.start()]}#{name}={text[place.end() :]}"
    return text


def _lines(pattern: str, name: str, text: str) -> list[re.Match[str]]:
    return list(re.finditer(pattern.format(re.escape(name)), text, re.MULTILINE | re.IGNORECASE))


def _spelt(name: str, value: str) -> str:
    """*value* plain where that is read alike everywhere, else in single quotes."""
    # What stands in ${…} is replaced in any quotes, and a line break would end the value in some readers.
    if "${" in value or "\n" in value or "\r" in value:
        raise Unwritable(name)
    if _NEEDS_QUOTES.search(value) is None:
        return value
    escaped = value.replace("\\", "\\\\").replace("'", "\\'")
    return f"'{escaped}'"
