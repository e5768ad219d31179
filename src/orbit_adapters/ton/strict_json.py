"""A strict reader of JSON from an index.

Numbers stay exact (no float is ever made), a repeated key is an error rather than a silent
choice, and each row keeps its original text.
"""

import base64
import binascii
import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from decimal import Decimal
from typing import Any, NoReturn, TypeVar

ZERO_HASH = "0" * 64
MAX_LT = 2**63
"""A logical time is a signed 64-bit number wherever it is stored."""
MAX_COINS = 2**120
MAX_SECONDS = 2**32

Parsed = TypeVar("Parsed")


class MalformedAnswerError(ValueError):
    """The answer doesn't have the documented shape. The message names the field and quotes nothing of the answer."""


class NotJsonError(MalformedAnswerError):
    """The answer isn't one whole JSON object: it may have been cut off on its way, so the next one may be."""


def read_object(text: str) -> Mapping[str, Any]:
    """*text* as one JSON object; fractions come as Decimal. Raises NotJsonError."""
    with _json_errors():
        value = _DECODER.decode(text)
    if not isinstance(value, dict):
        raise NotJsonError("not a JSON object")
    return value


def read_rows(text: str, key: str, read: Callable[[Mapping[str, Any], str], Parsed]) -> list[Parsed]:
    """What *read* makes of each object in the array under *key* and of its exact text.

    *text* is parsed once, as strictly as `read_object` does. A list may be long: nothing is parsed a second time, and
    each object is let go before the next one. Raises NotJsonError, MalformedAnswerError, and what *read* raises.
    """
    rows: list[Parsed] | None = None
    names: set[str] = set()
    at = _past(text, 0, "{")
    while (begin := _next_item(text, at, "}", is_first=not names)) is not None:
        name, at = _value_at(text, begin)
        if not isinstance(name, str) or name in names:
            raise NotJsonError("a key that is no text, or the same key twice")
        names.add(name)
        at = _past(text, at, ":")
        if name == key:
            rows, at = _rows_at(text, at, key, read)
        else:
            at = _value_at(text, at)[1]
    if _past(text, at, "}") != len(text):
        raise NotJsonError("something follows the object")
    if rows is None:
        raise MalformedAnswerError(f"no list of {key}")
    return rows


def whole(row: Mapping[str, Any], key: str, below: int) -> int:
    """A whole number from 0 up to, not including, *below*, written as an integer or as decimal digits."""
    value = row.get(key)
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) <= 40:
        value = int(value)
    if type(value) is not int or not 0 <= value < below:
        raise MalformedAnswerError(f"{key} is not a whole number in range")
    return value


def text_of(row: Mapping[str, Any], key: str) -> str:
    """A string that must be there."""
    value = row.get(key)
    if not isinstance(value, str):
        raise MalformedAnswerError(f"{key} is not a string")
    return value


def flag(row: Mapping[str, Any], key: str) -> bool:
    """True or false; an absent or null flag is false."""
    value = row.get(key)
    if value is not None and not isinstance(value, bool):
        raise MalformedAnswerError(f"{key} is neither true nor false")
    return bool(value)


def part(row: Mapping[str, Any], key: str) -> Mapping[str, Any] | None:
    """An object inside *row*, or None when it is absent or null."""
    value = row.get(key)
    if value is not None and not isinstance(value, dict):
        raise MalformedAnswerError(f"{key} is not an object")
    return value


def hash_of(row: Mapping[str, Any], key: str) -> str:
    """A hash of 32 bytes, given in base64, as 64 lower-case hex digits."""
    try:
        value = base64.b64decode(text_of(row, key), validate=True)
    except (binascii.Error, ValueError):
        raise MalformedAnswerError(f"{key} is not base64") from None
    if len(value) != 32:
        raise MalformedAnswerError(f"{key} is not a hash of 32 bytes")
    return value.hex()


def _refuse_constant(name: str) -> NoReturn:
    raise NotJsonError(f"{name} in place of a number")


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    result = dict(pairs)
    if len(result) != len(pairs):
        raise NotJsonError("the same key twice in one object")
    return result


_DECODER = json.JSONDecoder(parse_float=Decimal, parse_constant=_refuse_constant, object_pairs_hook=_unique)


@contextmanager
def _json_errors() -> Iterator[None]:
    """Turns every error of the decoder into NotJsonError, also for too long numbers and too deep nesting."""
    try:
        yield
    except MalformedAnswerError:
        raise
    except (ValueError, RecursionError, ArithmeticError):
        raise NotJsonError("not JSON, or cut off") from None


def _value_at(text: str, at: int) -> tuple[Any, int]:
    with _json_errors():
        return _DECODER.raw_decode(text, at)


def _rows_at(
    text: str, at: int, key: str, read: Callable[[Mapping[str, Any], str], Parsed]
) -> tuple[list[Parsed], int]:
    """What *read* makes of the rows of the list that begins at *at*, and where something else follows it."""
    if text[at : at + 1] != "[":
        _value_at(text, at)
        raise MalformedAnswerError(f"no list of {key}")
    rows: list[Parsed] = []
    at = _past(text, at, "[")
    while (begin := _next_item(text, at, "]", is_first=not rows)) is not None:
        value, at = _value_at(text, begin)
        if not isinstance(value, dict):
            raise MalformedAnswerError(f"one of the {key} is not an object")
        rows.append(read(value, text[begin:at]))
    return rows, _past(text, at, "]")


def _next_item(text: str, at: int, end: str, *, is_first: bool) -> int | None:
    """Where the next item of a list or an object begins. None: *end* comes next."""
    at = _skip_blank(text, at)
    if text[at : at + 1] == end:
        return None
    return at if is_first else _past(text, at, ",")


def _past(text: str, at: int, mark: str) -> int:
    at = _skip_blank(text, at)
    if text[at : at + 1] != mark:
        raise NotJsonError(f"no {mark} where one belongs")
    return _skip_blank(text, at + 1)


def _skip_blank(text: str, at: int) -> int:
    while text[at : at + 1] in (" ", "\t", "\n", "\r"):
        at += 1
    return at
