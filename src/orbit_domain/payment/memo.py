"""The comment that says whose money it is.

`ORB`, ten random characters of Crockford's base 32, and one check character (the number modulo
37; draws whose check would not be a letter or digit of the alphabet are refused). Fifty random
bits: guessing one of a thousand open payments succeeds once in 10^12 tries.
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from orbit_domain.payment.receipt import MemoResult
from orbit_domain.payment.source_record import Comment, CommentKind

RANDOM_BITS = 50
PREFIX = "ORB"
_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_CANONICAL_PREFIX = "0RB"
_PATTERN = re.compile(f"{_CANONICAL_PREFIX}([{_ALPHABET}]{{10}})([{_ALPHABET}])")
_BETWEEN_WORDS = re.compile(r"""[\s.,;:!?()\[\]{}«»„“”"'`*]+""")
_DROPPED_CATEGORIES = frozenset({"Cf", "Cc", "Zs", "Zl", "Zp", "Pd"})
_FOLD = str.maketrans({"O": "0", "I": "1", "L": "1"})
_LOOKALIKES = str.maketrans("АВЕКМНОРСТУХ", "ABEKMH0PCTYX")


@dataclass(frozen=True, slots=True)
class MemoMatch:
    """What a comment was found to be; `memo` is set for MATCHED and EXTRACTED."""

    result: MemoResult
    memo: str | None = None


def memo_from(bits: int) -> str | None:
    """The memo of fifty random *bits*; None when they give no usable check character: draw again."""
    check = bits % 37
    if check >= len(_ALPHABET):
        return None
    body = "".join(_ALPHABET[bits >> shift & 31] for shift in range(45, -1, -5))
    return f"{PREFIX}{body}{_ALPHABET[check]}"


def read_memo(comment: Comment) -> MemoMatch:
    """Find our memo in what the payer wrote. Never raises, whatever was written."""
    if comment.kind is CommentKind.EMPTY:
        return MemoMatch(MemoResult.MISSING)
    if comment.kind is not CommentKind.TEXT:
        return MemoMatch(MemoResult.UNREADABLE)
    if not comment.text.strip():
        return MemoMatch(MemoResult.MISSING)
    whole = _valid(canonical(comment.text))
    if whole:
        return MemoMatch(MemoResult.MATCHED, whole)
    inside = {memo for word in _BETWEEN_WORDS.split(comment.text) if (memo := _valid(canonical(word)))}
    if len(inside) == 1:
        return MemoMatch(MemoResult.EXTRACTED, inside.pop())
    return MemoMatch(MemoResult.GARBLED)


def canonical(text: str) -> str:
    """*text* as it is compared: compatibility-normalised, without spaces, dashes and invisible marks, upper case.

    Idempotent. Letters of other alphabets stay what they are, so that look-alikes never match.
    """
    return text.translate(_ASCII) if text.isascii() else _normalised(text)


def _normalised(text: str) -> str:
    wide = unicodedata.normalize("NFKC", text)
    kept = "".join(char for char in wide if unicodedata.category(char) not in _DROPPED_CATEGORIES)
    return unicodedata.normalize("NFKC", kept.upper()).translate(_FOLD)


_ASCII = {code: _normalised(chr(code)) for code in range(128)}
"""What `_normalised` makes of each ASCII character; it makes the same of it in every ASCII text, which most are."""


def nearest(text: str, memos: Iterable[str]) -> str | None:
    """The one memo that *text* was probably meant to be, for a person to confirm; never used to move money."""
    folded = canonical(text.upper().translate(_LOOKALIKES))
    close = [memo for memo in memos if _distance(folded, canonical(memo)) <= 2]
    return close[0] if len(close) == 1 else None


def _valid(candidate: str) -> str | None:
    found = _PATTERN.fullmatch(candidate)
    if found is None:
        return None
    body, check = found.groups()
    number = 0
    for char in body:
        number = number << 5 | _ALPHABET.index(char)
    return f"{PREFIX}{body}{check}" if _ALPHABET.index(check) == number % 37 else None


def _distance(one: str, other: str) -> int:
    if len(one) != len(other):
        return 99
    return sum(left != right for left, right in zip(one, other, strict=True))
