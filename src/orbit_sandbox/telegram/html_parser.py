"""A parser of Telegram's HTML: a few tags, strictly nested, and a refusal for anything else.

Rules and words follow https://core.telegram.org/bots/api#html-style.
"""

import re
from dataclasses import dataclass
from html import unescape
from typing import Final

from orbit_sandbox.telegram.entities import Entity, Formatted, units
from orbit_sandbox.telegram.refusals import BotApiRefusal, bad_request

KINDS: Final = {
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "u": "underline",
    "ins": "underline",
    "s": "strikethrough",
    "strike": "strikethrough",
    "del": "strikethrough",
    "tg-spoiler": "spoiler",
    "span": "spoiler",
    "a": "text_link",
    "code": "code",
    "pre": "pre",
    "blockquote": "blockquote",
    "tg-emoji": "custom_emoji",
}
_NAME = re.compile(r"[^\s>/]*")
_ATTRIBUTE = re.compile(r"""\s*([\w-]+)\s*(?:=\s*(?:"([^"]*)"|'([^']*)'|([^\s>"']+)))?""")
_REFERENCE = re.compile(r"&(?:lt|gt|amp|quot|#\d{1,7}|#x[0-9a-fA-F]{1,6});")
_LINK = re.compile(r"(?:https?|tg)://[^\s]+", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Open:
    tag: str
    attributes: dict[str, str]
    offset: int


def parse_html(source: str) -> Formatted:
    """Turn *source* into text and entities. Raises `BotApiRefusal` (400, "can't parse entities") as Telegram does."""
    return _Reader(source).read()


class _Reader:
    def __init__(self, source: str) -> None:
        self.source = source
        self.at = 0
        self.text: list[str] = []
        self.size = 0
        self.open: list[_Open] = []
        self.entities: list[Entity] = []

    def read(self) -> Formatted:
        while self.at < len(self.source):
            if self.source.startswith("</", self.at):
                self._end_tag()
            elif self.source[self.at] == "<":
                self._start_tag()
            else:
                self._plain()
        if self.open:
            raise self._refuse(f'Can\'t find end tag corresponding to start tag "{self.open[-1].tag}"')
        ordered = sorted(self.entities, key=lambda e: (e.offset, -e.length))
        return Formatted("".join(self.text), tuple(ordered))

    def _plain(self) -> None:
        end = self.source.find("<", self.at)
        piece = self.source[self.at : end if end >= 0 else len(self.source)]
        self.at += len(piece)
        plain = _REFERENCE.sub(lambda found: unescape(found.group()), piece)
        self.text.append(plain)
        self.size += units(plain)

    def _start_tag(self) -> None:
        begin = self.at
        name = self._name(begin + 1)
        if name not in KINDS:
            raise self._refuse(f'Unsupported start tag "{name}" at byte offset {self._byte(begin)}')
        attributes: dict[str, str] = {}
        while (found := _ATTRIBUTE.match(self.source, self.at)) is not None:
            quoted, single, bare = found.group(2), found.group(3), found.group(4)
            attributes[found.group(1).lower()] = unescape(next((v for v in (quoted, single, bare) if v), ""))
            self.at = found.end()
        self._bracket("start", begin)
        if name == "span" and attributes.get("class") != "tg-spoiler":
            raise self._refuse(f'Tag "span" must have class "tg-spoiler" at byte offset {self._byte(begin)}')
        self.open.append(_Open(name, attributes, self.size))

    def _end_tag(self) -> None:
        begin = self.at
        name = self._name(begin + 2)
        self._bracket("end", begin)
        if not self.open:
            raise self._refuse(f"Unexpected end tag at byte offset {self._byte(begin)}")
        opened = self.open.pop()
        if name and name != opened.tag:
            expected = f'expected "</{opened.tag}>", found "</{name}>"'
            raise self._refuse(f"Unmatched end tag at byte offset {self._byte(begin)}, {expected}")
        entity = self._entity(opened)
        if entity is not None:
            self.entities.append(entity)

    def _name(self, start: int) -> str:
        found = _NAME.match(self.source, start)
        name = found.group() if found else ""
        self.at = start + len(name)
        return name.lower()

    def _bracket(self, which: str, begin: int) -> None:
        rest = self.source[self.at :].lstrip()
        self.at = len(self.source) - len(rest)
        if not rest.startswith(">"):
            raise self._refuse(f"Unclosed {which} tag at byte offset {self._byte(begin)}")
        self.at += 1

    def _entity(self, opened: _Open) -> Entity | None:
        length = self.size - opened.offset
        if length == 0:
            return None
        kind = KINDS[opened.tag]
        if kind == "blockquote" and "expandable" in opened.attributes:
            kind = "expandable_blockquote"
        if kind == "text_link":
            url = opened.attributes.get("href", "")
            # Telegram drops a link it doesn't understand and keeps its text.
            return Entity(kind, opened.offset, length, url=url) if _LINK.fullmatch(url) else None
        if kind == "custom_emoji":
            return Entity(kind, opened.offset, length, custom_emoji_id=opened.attributes.get("emoji-id", ""))
        return Entity(kind, opened.offset, length)

    def _byte(self, position: int) -> int:
        return len(self.source[:position].encode())

    def _refuse(self, words: str) -> BotApiRefusal:
        return bad_request(f"can't parse entities: {words}")
