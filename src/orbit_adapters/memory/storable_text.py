"""Text and times as they are stored: the same rules as in the SQL storage, so that both answer alike."""

from collections.abc import Mapping
from dataclasses import fields, is_dataclass, replace
from datetime import UTC, datetime
from typing import Any, TypeVar, cast

R = TypeVar("R")


def storable(text: str) -> str:
    """*text* without NUL, and with halves of broken surrogate pairs replaced by U+FFFD."""
    return text.replace("\0", "").encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def sanitized(record: R) -> R:
    """A copy of the dataclass *record* as it is stored: texts storable, times in UTC.

    Raises ValueError for a time without a zone.
    """
    return cast("R", _sanitized(record))


def _sanitized(value: Any) -> Any:
    if type(value) is str:
        return storable(value)
    if isinstance(value, datetime):
        if value.tzinfo is None:
            raise ValueError(f"{value!r} has no time zone")
        return value.astimezone(UTC)
    if isinstance(value, tuple):
        return tuple(_sanitized(item) for item in value)
    if isinstance(value, Mapping):
        return {_sanitized(key): _sanitized(item) for key, item in value.items()}
    if is_dataclass(value) and not isinstance(value, type):
        return replace(value, **{field.name: _sanitized(getattr(value, field.name)) for field in fields(value)})
    return value
