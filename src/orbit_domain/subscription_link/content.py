"""What a subscription holds, and which contents become one."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from orbit_domain.subscription_link.formats import SubscriptionFormat

MERGED = frozenset({SubscriptionFormat.LINKS, SubscriptionFormat.XRAY_JSON})
"""Lists of whole things. Of the others a customer gets one key's: two sets of rules don't make one."""


_PLAIN = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.~")


@dataclass(frozen=True, slots=True)
class Content:
    """The nodes of keys: a share link or an Xray configuration each, or the whole configuration as the only part.

    `used_bytes` is what the panels have counted; None: not all of them said.
    """

    format: SubscriptionFormat
    parts: tuple[str, ...]
    used_bytes: int | None = None


def signed(content: Content, name: str) -> Content:
    """*content* with the name of its key behind that of each node, where a list of links has names."""
    if content.format is not SubscriptionFormat.LINKS:
        return content
    mark = f"%20%C2%B7%20{_escaped(name)}"
    return replace(content, parts=tuple(f"{part}{mark}" if "#" in part else part for part in content.parts))


def _escaped(text: str) -> str:
    """*text* as a part of an address."""
    return "".join(chr(byte) if byte in _PLAIN else f"%{byte:02X}" for byte in text.encode("utf-8", "replace"))


def merged(contents: Sequence[Content]) -> Content | None:
    """The contents of a customer's keys as one, in their order; None without any."""
    if not contents:
        return None
    first = contents[0]
    used = [content.used_bytes for content in contents]
    total = None if None in used else sum(one for one in used if one is not None)
    if first.format not in MERGED:
        return Content(first.format, first.parts, total)
    parts = [part for content in contents for part in content.parts]
    unique = _named_apart(parts) if first.format is SubscriptionFormat.LINKS else tuple(dict.fromkeys(parts))
    return Content(first.format, unique, total)


def _named_apart(links: Iterable[str]) -> tuple[str, ...]:
    """Each server once, and no two of one name: apps rename or drop what is called alike.

    A link is kept byte for byte; only a name that was used before gets a number behind it.
    """
    kept: dict[str, str] = {}
    names: set[str] = set()
    for link in links:
        server, mark, name = link.partition("#")
        if server in kept:
            continue
        unique, number = name, 2
        while mark and unique in names:
            unique, number = f"{name}%20{number}", number + 1
        names.add(unique)
        kept[server] = f"{server}{mark}{unique}"
    return tuple(kept.values())
