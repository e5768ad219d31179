"""Words that leave the shop: no secret is in them, and nobody can be told by them.

What might be a person, an address, an account or a link becomes a pseudonym: the same in one bundle, another in the
next, so that lines about one customer can still be read together.
"""

import hashlib
import hmac
import os
import re
from collections.abc import Iterable, Mapping
from urllib.parse import urlsplit

from orbit_entry.runtime.scrubbing import scrubbed

_LINK = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://[^\s\"'<>]+")
_MAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_USERNAME = re.compile(r"@[A-Za-z0-9_]{3,}")
_HOST = re.compile(r"\b(?:[a-z0-9-]+\.)+[a-z]{2,18}(?::\d{1,5})?\b(?!\()", re.IGNORECASE)
_IP = re.compile(r"\b\d{1,3}(?:\.\d{1,3}){3}\b|\b[0-9a-f]{0,4}(?::[0-9a-f]{0,4}){3,7}\b", re.IGNORECASE)
_ACCOUNT = re.compile(r"-?\b\d:[0-9A-Fa-f]{16,}|[A-Za-z0-9_+/=-]{20,}|\bORB[-0-9A-Z]{6,}|\borbit_\d+\w*")
_NUMBER = re.compile(r"(?<![\d.])\d{5,}(?!\d)")
_OTHER_WRITING = re.compile(r"[^\x00-\x7f]+")
_CODE = ("orbit_", "sqlalchemy", "asyncpg", "aiosqlite", "httpx", "aiogram", "redis", "asyncio", "sqlite3", "alembic")
_SHORTEST = 4
"""Shorter values of settings, such as a port, stand in too many words to be hidden."""


class Redaction:
    """Replaces what may not leave. *known* are values that mustn't be shown wherever they stand."""

    def __init__(self, known: Iterable[str] = ()) -> None:
        self._salt = os.urandom(32)
        values = {part for value in known for part in _parts(value) if part.isdecimal() or len(part) >= _SHORTEST}
        words = [rf"(?<!\d){one}(?!\d)" if one.isdecimal() else re.escape(one) for one in sorted(values, key=_longest)]
        self._known = re.compile("|".join(words), re.IGNORECASE) if words else None

    def text(self, words: str) -> str:
        """*words* without anything that may not leave."""
        if self._known is not None:
            words = self._known.sub("<setting>", words)
        words = scrubbed(words)
        for pattern, kind in ((_LINK, "link"), (_MAIL, "mail"), (_IP, "address")):
            words = pattern.sub(f"<{kind}>", words)
        words = _USERNAME.sub("<username>", words)
        words = _ACCOUNT.sub(self._pseudonym, words)
        words = _HOST.sub(lambda found: found[0] if found[0].startswith(_CODE) else "<host>", words)
        words = _NUMBER.sub(self._pseudonym, words)
        # Our own words are English: what isn't was written by a person.
        return _OTHER_WRITING.sub("<words>", words)

    def name(self, value: object) -> str:
        """A pseudonym for *value*, whatever it is."""
        digest = hmac.new(self._salt, str(value).encode(), hashlib.sha256).hexdigest()
        return f"<{digest[:8]}>"

    def _pseudonym(self, found: re.Match[str]) -> str:
        return self.name(found[0])


def _longest(value: str) -> tuple[int, str]:
    return (-len(value), value)


def _parts(value: str) -> Iterable[str]:
    """*value*, and what stands in it when it is an address with a name and a password."""
    yield value.strip()
    try:
        url = urlsplit(value.strip())
        yield from (part for part in (url.username, url.password, url.hostname) if part)
    except ValueError:
        return
    yield from (part.strip() for part in re.split(r"[,;\s]", value) if part.strip() != value.strip())


def redacted_line(line: Mapping[str, object], redaction: Redaction) -> dict[str, object]:
    """One line of the log: what is ours in words, everything else as pseudonyms."""
    shown: dict[str, object] = {}
    for name, value in line.items():
        if not name.isascii() or not name.isidentifier():
            continue
        if name in ("timestamp", "level", "event", "job", "error") and isinstance(value, str):
            shown[name] = value if name == "timestamp" and _TIME.fullmatch(value) else redaction.text(value)
        elif name in ("reason", "next", "what", "exception") and isinstance(value, str):
            shown[name] = redacted_traceback(value, redaction) if name == "exception" else redaction.text(value)
        elif value is None or isinstance(value, bool) or (isinstance(value, int | float) and abs(value) < 10_000):
            shown[name] = value
        else:
            shown[name] = redaction.name(value)
    return shown


_TIME = re.compile(r"[0-9T:.+-]{10,40}Z?")
_FRAME = re.compile(r'\s*File "(?:[^"]*/)?([^"/]+)", line (\d+), in ([\w<>]+)')
_OUR_FRAME = re.compile(r'\s*File "[^"]*?(orbit_(?:domain|adapters|entry)/[\w/]+\.py)", line (\d+), in ([\w<>]+)')
_RAISED = re.compile(r"\s*(?:\|\s*)?((?:\w+\.)*\w*(?:Error|Exception|Refused|Busy|Unavailable|Timeout|Interrupt))\b")


def redacted_traceback(text: str, redaction: Redaction) -> str:
    """Where it happened and the names of the errors: their messages and the lines of code stay here."""
    kept = []
    for line in text.splitlines():
        if (frame := _OUR_FRAME.match(line) or _FRAME.match(line)) is not None:
            kept.append(f"{frame[1]}:{frame[2]} {frame[3]}")
        elif (raised := _RAISED.match(line)) is not None:
            kept.append(raised[1] if raised[1].startswith(_CODE) else redaction.text(raised[1].rpartition(".")[2]))
    return "\n".join(kept)
