"""A strict reader of YooKassa's JSON: amounts are decimals in a string, times are in UTC, no key comes twice."""

import json
import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any, NoReturn

from orbit_domain.money import CURRENCIES, Currency, Money

_AMOUNT = re.compile(r"(0|[1-9][0-9]{0,11})\.([0-9]{2})", re.ASCII)
_CURRENCY = re.compile(r"[A-Z]{3}", re.ASCII)
_NAME = re.compile(r"[A-Za-z0-9_.:-]{1,64}", re.ASCII)
_TIME = re.compile(r"20[0-9]{2}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,6})?Z", re.ASCII)


class MalformedAnswerError(ValueError):
    """It doesn't have the documented shape. The message names the field and quotes nothing of the answer."""


def read_object(body: bytes) -> Mapping[str, Any]:
    """*body* as one JSON object in UTF-8. Raises MalformedAnswerError.

    A number with a point may stand where nothing of ours is read; where an amount is read, only a string is taken.
    """
    try:
        value = json.loads(body.decode("utf-8"), parse_constant=_refuse, object_pairs_hook=_unique)
    except MalformedAnswerError:
        raise
    except (ValueError, RecursionError):
        raise MalformedAnswerError("not JSON, or cut off") from None
    if not isinstance(value, dict):
        raise MalformedAnswerError("not a JSON object")
    return value


def money_of(row: Mapping[str, Any], key: str) -> Money:
    """An amount with exactly two digits behind the point: `{"value": "129.00", "currency": "RUB"}`."""
    amount = part(row, key)
    found = _AMOUNT.fullmatch(text_of(amount, "value", 16))
    code = text_of(amount, "currency", 3)
    if found is None or _CURRENCY.fullmatch(code) is None:
        raise MalformedAnswerError(f"{key} is not an amount with two digits behind the point")
    known = CURRENCIES.get(code)
    currency = known if known is not None and known.decimals == 2 else Currency(code, 2)
    return Money(int(found[1]) * 100 + int(found[2]), currency)


def time_of(row: Mapping[str, Any], key: str) -> datetime:
    """A time in UTC, as `2026-11-21T12:00:00.000Z`, of this century: others are too far for reckoning with them."""
    text = text_of(row, key, 30)
    try:
        return datetime.fromisoformat(text if _TIME.fullmatch(text) else "")
    except ValueError:
        raise MalformedAnswerError(f"{key} is not a time in UTC of this century") from None


def text_of(row: Mapping[str, Any], key: str, max_chars: int) -> str:
    """A string that must be there, storable and of at most *max_chars* characters."""
    value = row.get(key)
    if not isinstance(value, str) or len(value) > max_chars or not _is_storable(value):
        raise MalformedAnswerError(f"{key} is not a string of at most {max_chars} characters")
    return value


def name_of(row: Mapping[str, Any], key: str) -> str:
    """A name that YooKassa has given: printable ASCII without spaces, and not empty."""
    text = text_of(row, key, 64)
    if _NAME.fullmatch(text) is None:
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
    raise MalformedAnswerError("a number that is none")


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    result = dict(pairs)
    if len(result) != len(pairs):
        raise MalformedAnswerError("the same key twice in one object")
    return result


def _is_storable(text: str) -> bool:
    """Databases take neither NUL nor half a surrogate pair."""
    return "\0" not in text and not any("\ud800" <= char <= "\udfff" for char in text)
