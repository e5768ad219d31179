"""Masks secrets in whatever leaves the process: those that it knows, and whatever has the shape of one."""

import re

from orbit_entry.config.known_secrets import without_known_secrets

_SHAPES = (
    # A bot token.
    (re.compile(r"(?<![0-9])[0-9]{3,20}:[A-Za-z0-9_-]{20,100}"), "***"),
    # The shop's own subscription link, and a panel's.
    (re.compile(r"/(s|sub)/[A-Za-z0-9_.=~%-]{16,}"), r"/\1/***"),
    # A key as apps read it.
    (
        re.compile(r"(?i)\b(vless|vmess|trojan|ssr?|hysteria2?|hy2|tuic|wireguard|wg)://[^\s\"'<>\\]+"),
        r"\1://***",
    ),
    # What stands in front of the host of an address.
    (re.compile(r"(?i)\b([a-z][a-z0-9+.-]{1,30}://)[^\s/@\"'<>\\]{1,512}@"), r"\1***@"),
    (re.compile(r"(?i)\b(bearer)\s+[A-Za-z0-9._~+/=-]{6,}"), r"\1 ***"),
    (re.compile(r"\b([Bb]asic)\s+(?=\S*[0-9A-Z=])[A-Za-z0-9+/]{6,}={0,2}"), r"\1 ***"),
    # A password or a token by its name, in a query, a form, JSON or what Python shows of a mapping.
    (
        re.compile(
            r"(?i)((?:password|passwd|secret|token|api[_-]?key|authorization)[\"']?\s*[=:]\s*[\"']?)"
            r"(?!\*\*\*|None\b|null\b)[^\s\"'&,;<>\\]{4,}"
        ),
        r"\1***",
    ),
)


def scrubbed(text: str) -> str:
    """*text* with secrets masked."""
    text = without_known_secrets(text)
    for shape, mask in _SHAPES:
        text = shape.sub(mask, text)
    return text
