"""Requests as lines of JSON, and back."""

from collections.abc import Iterable, Mapping
from dataclasses import fields
from typing import Any

from pydantic import TypeAdapter, ValidationError

from orbit_adapters.backup.frames import OpenTable
from orbit_adapters.backup.refused import broken
from orbit_domain.payment.payment import Payment
from orbit_domain.request_journal.requests import AskedOrder, IssuedKey, Requests
from orbit_domain.user.user import User

Lines = Mapping[str, list[bytes]]
"""The lines of each kind of row, by its name in `Requests`."""

_KINDS: Mapping[str, type] = {"users": User, "orders": AskedOrder, "payments": Payment, "keys": IssuedKey}
_ROWS: Mapping[str, TypeAdapter[Any]] = {name: TypeAdapter(kind) for name, kind in _KINDS.items()}

TABLES = tuple(OpenTable(name, tuple(field.name for field in fields(kind))) for name, kind in _KINDS.items())
"""The kinds of rows as a journal names them, in their order."""


def request_lines(requests: Requests) -> Lines:
    """One line for each row."""
    return {name: [row.dump_json(one) + b"\n" for one in getattr(requests, name)] for name, row in _ROWS.items()}


def requests_from(lines: Mapping[str, Iterable[bytes]]) -> Requests:
    """What `request_lines` has written. Raises BackupRefused, which names no value."""
    try:
        return Requests(
            **{name: tuple(map(row.validate_json, lines.get(name, ()))) for name, row in _ROWS.items()},
        )
    except (ValidationError, ValueError, TypeError, LookupError, ArithmeticError, RecursionError):
        raise broken("a row of it isn't one") from None
