"""Text with Telegram's markup. A message with broken markup is refused whole, so it is checked before it is stored."""

import re
import unicodedata
from html import unescape

_PIECE = re.compile(
    r"<(?P<closes>/)?(?P<tag>[a-z][a-z-]*)(?P<attributes>(?: [a-z-]+(?:=\"[^\"<>]*\")?)*)>"
    r"|&(?:lt|gt|amp|quot|#[0-9]{1,6}|#x[0-9a-f]{1,5});"
    r"|[^<>&]+",
    re.ASCII,
)
_TAG = re.compile(r"<[^>]*>")
_ATTRIBUTES = {
    **dict.fromkeys(("b", "strong", "i", "em", "u", "ins", "s", "strike", "del", "pre", "tg-spoiler"), ""),
    "a": r' href="(https?|tg|mailto):[^"]+"',
    "code": r'( (class|language)="language-[^"]*")?',
    "span": r' class="tg-spoiler"',
    "blockquote": r"( expandable)?",
    "tg-emoji": r' emoji-id="[0-9]{1,24}"',
    "tg-time": r' unix="[0-9]{1,12}"( format="[A-Za-z]{1,8}")?',
}
"""Telegram's tags and what each of them carries."""


def visible_text(html: str) -> str:
    """*html* as it is read, without markup."""
    return unescape(_TAG.sub("", html)).strip()


def without_controls(text: str) -> str:
    """*text* without characters that control devices; new lines stay."""
    return "".join(one for one in text if one == "\n" or unicodedata.category(one) not in ("Cc", "Cs"))


def is_whole(html: str) -> bool:
    """Whether Telegram reads *html*: its tags only, closed in their order, and nothing left unescaped."""
    open_tags: list[str] = []
    at = 0
    while at < len(html):
        piece = _PIECE.match(html, at)
        if piece is None or not _fits(piece, open_tags):
            return False
        at = piece.end()
    return not open_tags


def _fits(piece: re.Match[str], open_tags: list[str]) -> bool:
    tag = piece["tag"]
    if tag is None:
        return True
    if piece["closes"]:
        return not piece["attributes"] and bool(open_tags) and open_tags.pop() == tag
    open_tags.append(tag)
    return tag in _ATTRIBUTES and re.fullmatch(_ATTRIBUTES[tag], piece["attributes"], re.ASCII) is not None
