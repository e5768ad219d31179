"""Translates errors of the drivers into the storage's errors.

Codes are SQLSTATEs of PostgreSQL (its manual, appendix A) and primary result codes of SQLite
(sqlite.org/rescode.html). An unknown error isn't translated: it is a bug, not a busy database.
"""

import sqlite3
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from enum import Enum

from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.exc import TimeoutError as PoolExhausted

from orbit_domain.storage import StorageBusy, StorageConflict, StorageError, StorageUnavailable


class Operation(Enum):
    """The operation during which an error occurred."""

    CONNECT = "connecting"
    STATEMENT = "a statement"
    COMMIT = "the COMMIT"


_CONNECTION_LOST = {"57P01", "57P02", "57P03", "25P03", "57P05"}
"""The server ends or refuses the connection: shutdown, crash, start, idle for too long."""
_UNAVAILABLE = {"57014", "25006"}
"""A statement that took too long or was cancelled, a read-only server."""

_SQLITE_BUSY = {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}
_SQLITE_UNAVAILABLE = {
    sqlite3.SQLITE_CANTOPEN,
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_PERM,
    sqlite3.SQLITE_READONLY,
}
_PRIMARY_CODE = 0xFF


@contextmanager
def translate_errors(operation: Operation) -> Iterator[None]:
    """Raise StorageError in place of the database's own errors.

    The original is left out of the traceback: PostgreSQL writes the values of the row into it.
    """
    try:
        yield
    except Exception as error:
        storage_error = as_storage_error(error, operation)
        if storage_error is None:
            raise
        raise storage_error from None


def as_storage_error(error: BaseException, operation: Operation) -> StorageError | None:
    """The storage's error for *error* during *operation*. None: not an error of the storage, most likely a bug."""
    if isinstance(error, PoolExhausted):
        return StorageUnavailable("every connection of the pool is in use")
    if isinstance(error, IntegrityError):
        return StorageConflict(f"it contradicts what is recorded ({_code(error.orig)}{_constraint(error.orig)})")
    if isinstance(error, DBAPIError):
        return _from_driver_error(error.orig, operation, is_lost=error.connection_invalidated)
    if isinstance(error, sqlite3.Error) or hasattr(error, "sqlstate"):
        # As the driver raised it, without SQLAlchemy around it.
        return _from_driver_error(error, operation)
    if _broke_at_connect(error):
        return _not_ready(_code(error))
    if isinstance(error, TimeoutError):
        return _timed_out(operation)
    return _connection_lost(type(error).__name__, operation) if isinstance(error, OSError) else None


def _broke_at_connect(error: BaseException | None) -> bool:
    """Whether asyncpg's connection broke after it was created and before SQLAlchemy adopted it.

    The server answered a moment ago. On SQLite asyncpg isn't loaded, and raises nothing.
    """
    errors = sys.modules.get("asyncpg.exceptions")
    return errors is not None and isinstance(error, (errors.InterfaceError, errors.InternalClientError))


def _from_driver_error(
    error: BaseException | None, operation: Operation, *, is_lost: bool = False
) -> StorageError | None:
    if isinstance(error, sqlite3.Error):
        return _from_sqlite_error(error, operation)
    state = str(getattr(error, "sqlstate", None) or "")
    code = _code(error)
    if is_lost or state in _CONNECTION_LOST or state[:2] == "08":
        return _connection_lost(code, operation)
    if state[:2] == "40" or state == "55P03":
        return StorageBusy(f"others were in the way of {operation.value} ({code})")
    if state in _UNAVAILABLE or state[:2] in ("53", "58"):
        return StorageUnavailable(f"the database can't do {operation.value} now ({code})")
    if operation is Operation.CONNECT and state[:2] in ("28", "3D"):
        return StorageUnavailable(f"the database refuses the login ({code})")
    if operation is Operation.CONNECT and error is not None and _broke_at_connect(error.__cause__):
        return _not_ready(code)
    return None


def _not_ready(code: str) -> StorageError:
    return StorageBusy(f"the connection broke before it was ready, and nothing was recorded ({code})")


def _from_sqlite_error(error: sqlite3.Error, operation: Operation) -> StorageError | None:
    primary = getattr(error, "sqlite_errorcode", 0) & _PRIMARY_CODE
    if primary in _SQLITE_BUSY:
        return StorageBusy(f"others were in the way of {operation.value} ({_code(error)})")
    if primary in _SQLITE_UNAVAILABLE:
        return StorageUnavailable(f"the database can't do {operation.value} now ({_code(error)})")
    return None


def _connection_lost(code: str, operation: Operation) -> StorageError:
    """The connection is lost. While connecting, retry later; afterwards a retry may succeed at once."""
    if operation is Operation.CONNECT:
        return StorageUnavailable(f"the database can't be reached ({code})")
    if operation is Operation.COMMIT:
        return StorageBusy(f"the connection broke during the COMMIT, and its outcome is unknown ({code})")
    return StorageBusy(f"the connection broke during {operation.value}, and nothing was recorded ({code})")


def _timed_out(operation: Operation) -> StorageError:
    if operation is Operation.COMMIT:
        return StorageBusy("the COMMIT wasn't answered, and its outcome is unknown")
    return StorageUnavailable(f"the database gave no answer to {operation.value}")


def _code(orig: BaseException | None) -> str:
    """The error's code, or its type where it has none: never its message."""
    name = getattr(orig, "sqlstate", None) or getattr(orig, "sqlite_errorname", None)
    return str(name or type(orig.__cause__ or orig).__name__) if orig is not None else "no code"


def _constraint(orig: BaseException | None) -> str:
    if isinstance(orig, sqlite3.Error):
        return (
            f", {orig}"  # Names of columns and constraints, or a trigger's message: SQLite's messages hold no values.
        )
    name = getattr(getattr(orig, "__cause__", None), "constraint_name", None)
    return f", {name}" if name else ""
