"""Checks values before they are copied: SQLite accepts any value in any column, PostgreSQL doesn't."""

import json
from collections.abc import Iterator
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Boolean, Column, Integer, Table

from orbit_adapters.sql.query import Row
from orbit_adapters.sql.types import Document, Identity, StorableText, UtcDateTime, WholeUnits, storable

_KEY_CHARS = 60


def row_name(table: Table, row: Row) -> str:
    """The row's name for a person: its table and primary key, printable."""
    key = ", ".join(f"{column.name}={row[column.name]}" for column in table.primary_key.columns)
    return f"{table.name} {printable(key)}"


def printable(text: str, most_chars: int = _KEY_CHARS) -> str:
    """*text* without control characters, and cut: safe for a terminal."""
    shown = "".join(char if char.isprintable() else "\N{REPLACEMENT CHARACTER}" for char in text[: most_chars + 1])
    return f"{shown[:most_chars]}…" if len(shown) > most_chars else shown


def invalid_values(table: Table, row: Row) -> tuple[str, ...]:
    """One line for each value of *row* that its column can't hold, without the value."""
    return tuple(
        f"{row_name(table, row)}: {column.name} is not what this column holds"
        for column in table.columns
        if not _is_valid(column, row[column.name])
    )


def _is_valid(column: Column[Any], value: Any) -> bool:
    if value is None:
        return bool(column.nullable)
    match column.type:
        case StorableText():
            return isinstance(value, str) and storable(value) == value
        case UtcDateTime():
            return isinstance(value, datetime)
        case Identity():
            return isinstance(value, UUID)
        case WholeUnits():
            return type(value) is int and abs(value) < 10**40
        case Document():
            return _is_document(value)
        case Boolean():
            return isinstance(value, bool)
        case BigInteger():
            return type(value) is int and -(2**63) <= value < 2**63
        case Integer():
            bits = 63 if column.primary_key else 31
            return type(value) is int and -(2**bits) <= value < 2**bits
    return False


def _is_document(value: Any) -> bool:
    try:
        json.dumps(value, allow_nan=False)
    except (TypeError, ValueError, RecursionError):
        return False
    return all(storable(text) == text for text in _texts(value))


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, item in value.items():
            yield key
            yield from _texts(item)
    elif isinstance(value, list):
        for item in value:
            yield from _texts(item)
