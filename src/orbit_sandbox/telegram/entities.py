"""Formatted text as Telegram stores it: plain text plus entities that count in UTF-16 units."""

from dataclasses import dataclass
from html import escape
from typing import Any

from orbit_sandbox.telegram.refusals import bad_request

_TAGS = {
    "bold": "b",
    "italic": "i",
    "underline": "u",
    "strikethrough": "s",
    "spoiler": "tg-spoiler",
    "code": "code",
    "pre": "pre",
    "blockquote": "blockquote",
    "expandable_blockquote": "blockquote",
}


@dataclass(frozen=True, slots=True)
class Entity:
    """One stretch of formatting; offset and length are in UTF-16 units, as on the wire."""

    kind: str
    offset: int
    length: int
    url: str | None = None
    language: str | None = None
    custom_emoji_id: str | None = None

    def wire(self) -> dict[str, Any]:
        """The `MessageEntity` object."""
        fields = {"url": self.url, "language": self.language, "custom_emoji_id": self.custom_emoji_id}
        body: dict[str, Any] = {"type": self.kind, "offset": self.offset, "length": self.length}
        return body | {name: value for name, value in fields.items() if value is not None}


@dataclass(frozen=True, slots=True)
class Formatted:
    """Plain text and what is formatted in it."""

    text: str = ""
    entities: tuple[Entity, ...] = ()

    def trimmed(self) -> "Formatted":
        """Without white space at either end, which Telegram cuts off, and without entities left empty."""
        bare = self.text.strip()
        cut = units(self.text) - units(self.text.lstrip())
        size = units(bare)
        kept = []
        for one in self.entities:
            start, end = max(one.offset - cut, 0), min(one.offset + one.length - cut, size)
            if end > start:
                kept.append(Entity(one.kind, start, end - start, one.url, one.language, one.custom_emoji_id))
        return Formatted(bare, tuple(kept))


def units(text: str) -> int:
    """The length of *text* in UTF-16 units; characters beyond the basic plane count twice."""
    return len(text) + sum(character > "\uffff" for character in text)


def entities_from(raw: Any) -> tuple[Entity, ...]:
    """Read a list of `MessageEntity` objects. Raises `BotApiRefusal` for anything else."""
    if not isinstance(raw, list):
        raise bad_request("can't parse entities: expected an Array")
    return tuple(_entity(item) for item in raw)


def _entity(item: Any) -> Entity:
    match item:
        case {"type": str(kind), "offset": int(offset), "length": int(length)} if offset >= 0 and length > 0:
            url, language, emoji = (item.get(name) for name in ("url", "language", "custom_emoji_id"))
            if all(value is None or isinstance(value, str) for value in (url, language, emoji)):
                return Entity(kind, offset, length, url, language, emoji)
    raise bad_request("can't parse entities: can't parse MessageEntity")


def as_html(formatted: Formatted) -> str:
    """Escaped HTML with the few tags the sandbox page knows. Entities that cross are closed and reopened."""
    edges = sorted({0, *(e.offset for e in formatted.entities), *(e.offset + e.length for e in formatted.entities)})
    out: list[str] = []
    stack: list[Entity] = []
    for start, stretch in _stretches(formatted.text, edges):
        active = [e for e in formatted.entities if e.offset <= start < e.offset + e.length and _opening(e)]
        active.sort(key=lambda e: (e.offset, -e.length))
        same = 0
        while same < min(len(stack), len(active)) and stack[same] == active[same]:
            same += 1
        out += [_closing(e) for e in reversed(stack[same:])] + [_opening(e) for e in active[same:]]
        out.append(escape(stretch, quote=False))
        stack = active
    return "".join(out + [_closing(e) for e in reversed(stack)])


def _stretches(text: str, edges: list[int]) -> list[tuple[int, str]]:
    found: list[tuple[int, str]] = []
    position = 0
    wanted = set(edges)
    for character in text:
        if not found or position in wanted:
            found.append((position, ""))
        start, stretch = found[-1]
        found[-1] = (start, stretch + character)
        position += units(character)
    return found


def _opening(entity: Entity) -> str:
    if entity.kind == "text_link" and entity.url is not None:
        return f'<a href="{escape(entity.url)}">'
    tag = _TAGS.get(entity.kind)
    return f"<{tag}>" if tag else ""


def _closing(entity: Entity) -> str:
    return "</a>" if entity.kind == "text_link" else f"</{_TAGS[entity.kind]}>"
