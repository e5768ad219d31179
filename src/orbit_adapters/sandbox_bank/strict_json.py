"""A strict reader of the bank's JSON: amounts are digits in a string, numbers are whole, no key comes twice."""

import json
import re
from collections.abc import Mapping
from typing import Any, NoReturn

MAX_UNITS = 10**15
MAX_SECONDS = 2**32
_DIGITS = re.compile(r"0|[1-9][0-9]{0,18}", re.ASCII)


class MalformedAnswerError(ValueError):
    """It doesn't have the documented shape. The message names the field and quotes nothing of the answer."""


def read_object(body: bytes) -> Mapping[str, Any]:
    """*body* as one JSON object in UTF-8. Raises MalformedAnswerError."""
    try:
        value = json.loads(body.decode("utf-8"), parse_float=_refuse, parse_constant=_refuse, object_pairs_hook=_unique)
    except MalformedAnswerError:
        raise
    except (ValueError, RecursionError):
        raise MalformedAnswerError("not JSON, or cut off") from None
    if not isinstance(value, dict):
        raise MalformedAnswerError("not a JSON object")
    return value


def units_of(row: Mapping[str, Any], key: str) -> int:
    """A number of smallest units, written as decimal digits in a string."""
    text = text_of(row, key, 19)
    if _DIGITS.fullmatch(text) is None or int(text) >= MAX_UNITS:
        raise MalformedAnswerError(f"{key} is not a whole amount in range")
    return int(text)


def whole(row: Mapping[str, Any], key: str, below: int) -> int:
    """A whole number from 0 up to, not including, *below*."""
    value = row.get(key)
    if type(value) is not int or not 0 <= value < below:
        raise MalformedAnswerError(f"{key} is not a whole number in range")
    return value


def text_of(row: Mapping[str, Any], key: str, max_chars: int) -> str:
    """A string that must be there, storable and of at most *max_chars* characters."""
    value = row.get(key)
    if not isinstance(value, str) or len(value) > max_chars or not _is_storable(value):
        raise MalformedAnswerError(f"{key} is not a string of at most {max_chars} characters")
    return value


def name_of(row: Mapping[str, Any], key: str) -> str:
    """A name that the bank has given: printable ASCII without spaces, and not empty."""
    text = text_of(row, key, 64)
    if re.fullmatch(r"[A-Za-z0-9_.:-]+", text) is None:
        raise MalformedAnswerError(f"{key} is not a name")
    return text


def rows_of(row: Mapping[str, Any], key: str, at_most: int) -> list[Mapping[str, Any]]:
    """A list of at most so many objects."""
    rows = row.get(key)
    if not isinstance(rows, list) or len(rows) > at_most or not all(isinstance(one, dict) for one in rows):
        raise MalformedAnswerError(f"{key} is not a list of at most {at_most} objects")
    return rows


def part(row: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    """An object inside *row*, which must be there."""
    value = row.get(key)
    if not isinstance(value, dict):
        raise MalformedAnswerError(f"{key} is not an object")
    return value


def flag(row: Mapping[str, Any], key: str) -> bool:
    """True or false, which must be there."""
    value = row.get(key)
    if not isinstance(value, bool):
        raise MalformedAnswerError(f"{key} is neither true nor false")
    return value


def _refuse(_: str) -> NoReturn:
    raise MalformedAnswerError("a number that isn't whole")


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    result = dict(pairs)
    if len(result) != len(pairs):
        raise MalformedAnswerError("the same key twice in one object")
    return result


def _is_storable(text: str) -> bool:
    """Databases take neither NUL nor half a surrogate pair."""
    return "\0" not in text and not any("\ud800" <= char <= "\udfff" for char in text)
