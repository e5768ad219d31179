"""A strict reader of providers' JSON: no key comes twice, numbers that count are whole, amounts are strings."""

import json
import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any, NoReturn

Json = Mapping[str, Any]

_NAME = re.compile(r"[A-Za-z0-9_.:-]{1,64}", re.ASCII)
_TIME = re.compile(r"20[0-9]{2}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,6})?(Z|\+00:00)", re.ASCII)


class MalformedAnswerError(ValueError):
    """It doesn't have the documented shape. The message names the field and quotes nothing of the answer."""


class InexactNumber(str):
    """A number with a point or an exponent, as it was written: kept with what it came in, never counted with."""

    __slots__ = ()


def read_object(body: bytes) -> Json:
    """*body* as one JSON object in UTF-8. Raises MalformedAnswerError."""
    try:
        value = json.loads(
            body.decode("utf-8"), parse_float=InexactNumber, parse_constant=_refuse, object_pairs_hook=_unique
        )
    except MalformedAnswerError:
        raise
    except (ValueError, RecursionError):
        raise MalformedAnswerError("not JSON, or cut off") from None
    if not isinstance(value, dict):
        raise MalformedAnswerError("not a JSON object")
    return value


def whole(row: Json, key: str, below: int) -> int:
    """A whole number from 0 up to, not including, *below*."""
    value = row.get(key)
    if type(value) is not int or not 0 <= value < below:
        raise MalformedAnswerError(f"{key} is not a whole number in range")
    return value


def text_of(row: Json, key: str, max_chars: int) -> str:
    """A string that must be there, storable and of at most *max_chars* characters."""
    value = row.get(key)
    if type(value) is not str or len(value) > max_chars or not is_storable(value):
        raise MalformedAnswerError(f"{key} is not a string of at most {max_chars} characters")
    return value


def name_of(row: Json, key: str) -> str:
    """A name that the provider has given: printable ASCII without spaces, and not empty."""
    text = text_of(row, key, 64)
    if _NAME.fullmatch(text) is None:
        raise MalformedAnswerError(f"{key} is not a name")
    return text


def time_of(row: Json, key: str) -> datetime:
    """A time in UTC, as `2026-11-21T12:00:00.000Z`, of this century: others are too far for reckoning with them."""
    text = text_of(row, key, 40)
    try:
        return datetime.fromisoformat(text if _TIME.fullmatch(text) else "")
    except ValueError:
        raise MalformedAnswerError(f"{key} is not a time in UTC of this century") from None


def rows_of(row: Json, key: str, at_most: int) -> list[Json]:
    """A list of at most so many objects."""
    rows = row.get(key)
    if not isinstance(rows, list) or len(rows) > at_most or not all(isinstance(one, dict) for one in rows):
        raise MalformedAnswerError(f"{key} is not a list of at most {at_most} objects")
    return rows


def part(row: Json, key: str) -> Json:
    """An object inside *row*, which must be there."""
    value = row.get(key)
    if not isinstance(value, dict):
        raise MalformedAnswerError(f"{key} is not an object")
    return value


def flag(row: Json, key: str) -> bool:
    """True or false, which must be there."""
    value = row.get(key)
    if not isinstance(value, bool):
        raise MalformedAnswerError(f"{key} is neither true nor false")
    return value


def is_storable(text: str) -> bool:
    """Databases take neither NUL nor half a surrogate pair."""
    return "\0" not in text and not any("\ud800" <= char <= "\udfff" for char in text)


def _refuse(_: str) -> NoReturn:
    raise MalformedAnswerError("a number that is none")


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    result = dict(pairs)
    if len(result) != len(pairs):
        raise MalformedAnswerError("the same key twice in one object")
    return result
