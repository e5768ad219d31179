"""What customers do with their keys themselves: how many there may be, what they are called, and where they live."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import NewType
from unicodedata import category

from orbit_domain.access.key import Key, new_number
from orbit_domain.errors import Refusal
from orbit_domain.ids import KeyId, Nonce

NAME_CHARS = 32
MONTH = timedelta(days=30)
_REPLACED_A_MONTH = 10
_REPLACED_A_MONTH_LIMITED = 1
_MARKS_PER_LETTER = 2
# Controls, bidi and zero-width marks, surrogates, private and unassigned characters, line separators.
_INVISIBLE = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
# Letters and symbols that look like nothing: fillers of Hangul, and Braille without a dot.
_BLANK = frozenset("\u115f\u1160\u3164\uffa0\u2800")

RegionStamp = NewType("RegionStamp", str)
"""A region on a button: twelve hexadecimal digits, as names of regions may be long."""

ANYWHERE = RegionStamp("0" * 12)


@dataclass(eq=False)
class NoSuchKey(Refusal):
    """This user has no such key."""

    key_id: KeyId


@dataclass(eq=False)
class KeyLimitReached(Refusal):
    """The plan gives no more keys than there are."""

    limit: int


@dataclass(eq=False)
class NoTimeForKeys(Refusal):
    """Without time a key would work for nobody."""


@dataclass(eq=False)
class TooManyNewKeys(Refusal):
    """So many keys were made lately that the next one is made from *until* on."""

    until: datetime


@dataclass(eq=False)
class KeyAwaited(Refusal):
    """A paid order waits for just this key, the only one."""

    key_id: KeyId


@dataclass(eq=False)
class RegionUnavailable(Refusal):
    """No node of that region can take a key now."""


@dataclass(eq=False)
class NotAKeyName(Refusal):
    """Nothing to read is left of the text, or more than *maximum* characters."""

    maximum: int = NAME_CHARS


def key_name(text: str) -> str:
    """*text* as the name of a key: one line, nothing invisible, no stacked accents. Raises NotAKeyName."""
    kept: list[str] = []
    marks = 0
    for character in text[: NAME_CHARS * 8]:
        kind = category(character)
        marks = marks + 1 if kind in ("Mn", "Me") else 0
        if character.isspace():
            kept.append(" ")
        elif kind not in _INVISIBLE and character not in _BLANK and marks <= _MARKS_PER_LETTER:
            kept.append(character)
    name = " ".join("".join(kept).split())
    is_seen = any(category(character)[0] in "LNPS" for character in name)
    if not is_seen or len(name) > NAME_CHARS or len(text) > NAME_CHARS * 8:
        raise NotAKeyName
    return name


def region_stamp(region: str) -> RegionStamp:
    """The stamp of *region*."""
    return RegionStamp(sha256(region.encode("utf-8", "replace")).hexdigest()[:12])


def next_key_nonce(ever: Sequence[Key]) -> Nonce:
    """The nonce of the button that makes a key beside *ever*, all keys that the user has had.

    Whoever reads the same keys gets the same nonce, and a user has one key of a nonce: so however many taps there are,
    on whatever screens and replicas, each key that is added was allowed for those that were there.
    """
    return Nonce(f"{new_number(ever)}")


def next_key_from(ever: Iterable[Key], allowed: int, now: datetime) -> datetime:
    """From when on another key may be made, for a customer who may have *allowed*: often *now*.

    Deleting and adding again costs panels work. Where traffic is limited it also gives what is unused once more: one
    replacement a month is for those who need it.
    """
    fresh = sorted((key for key in ever if key.created_at > now - MONTH), key=lambda key: key.created_at)
    limited = any(key.traffic_bytes for key in fresh)
    maximum = allowed + (_REPLACED_A_MONTH_LIMITED if limited else _REPLACED_A_MONTH)
    return now if len(fresh) < maximum else fresh[len(fresh) - maximum].created_at + MONTH
