"""What goes wrong between us and the database, in the storage's own words.

Codes are SQLSTATEs of PostgreSQL (its manual, appendix A) and primary result codes of SQLite
(sqlite.org/rescode.html). What isn't known here stays what it is: a bug is not a busy database.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from enum import Enum

from asyncpg.exceptions import InterfaceError, InternalClientError
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.exc import TimeoutError as PoolExhausted

from orbit_domain.storage import StorageBusy, StorageConflict, StorageError, StorageUnavailable


class Doing(Enum):
    """What the database was asked for when it went wrong."""

    CONNECT = "connecting"
    STATEMENT = "a statement"
    COMMIT = "the COMMIT"


_LOST = {"57P01", "57P02", "57P03", "25P03", "57P05"}
"""The server ends the connection, or doesn't take it: shutdown, crash, start, idle for too long."""
_UNUSABLE = {"57014", "25006"}
"""A statement that took too long or was cancelled, a server that only reads."""

_CUT_WHILE_MADE = (InterfaceError, InternalClientError)
"""What asyncpg itself raises when a connection breaks between its making and SQLAlchemy's taking it over."""

_SQLITE_BUSY = {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}
_SQLITE_UNUSABLE = {
    sqlite3.SQLITE_CANTOPEN,
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_PERM,
    sqlite3.SQLITE_READONLY,
}
_PRIMARY = 0xFF


@contextmanager
def translate_errors(doing: Doing) -> Iterator[None]:
    """Raise StorageError in place of the database's own errors.

    The original is left out of the traceback: PostgreSQL writes the values of the row into it.
    """
    try:
        yield
    except (DBAPIError, PoolExhausted, OSError) as error:
        trouble = translated(error, doing)
        if trouble is None:
            raise
        raise trouble from None


def translated(error: BaseException, doing: Doing) -> StorageError | None:
    """What *error*, met while *doing*, is to the storage. None: something else, a bug most likely."""
    if isinstance(error, PoolExhausted):
        return StorageUnavailable("every connection of the pool is in use")
    if isinstance(error, IntegrityError):
        return StorageConflict(f"it contradicts what is recorded ({_code(error.orig)}{_constraint(error.orig)})")
    if isinstance(error, DBAPIError):
        return _of_driver(error, doing)
    if isinstance(error, _CUT_WHILE_MADE):
        # The server was there a moment ago: it cut this connection before SQLAlchemy had taken it over.
        return StorageBusy(f"the connection broke before it was ready, and nothing was recorded ({_code(error)})")
    if isinstance(error, TimeoutError):
        return _silence(doing)
    return _lost(type(error).__name__, doing) if isinstance(error, OSError) else None


def _of_driver(error: DBAPIError, doing: Doing) -> StorageError | None:
    if isinstance(error.orig, sqlite3.Error):
        return _of_sqlite(error.orig, doing)
    state = str(getattr(error.orig, "sqlstate", None) or "")
    code = _code(error.orig)
    if error.connection_invalidated or state in _LOST or state[:2] == "08":
        return _lost(code, doing)
    if state[:2] == "40" or state == "55P03":
        return StorageBusy(f"others were in the way of {doing.value} ({code})")
    if state in _UNUSABLE or state[:2] in ("53", "58"):
        return StorageUnavailable(f"the database can't do {doing.value} now ({code})")
    if doing is Doing.CONNECT and state[:2] in ("28", "3D"):
        return StorageUnavailable(f"the database lets nobody in ({code})")
    return None


def _of_sqlite(error: sqlite3.Error, doing: Doing) -> StorageError | None:
    primary = getattr(error, "sqlite_errorcode", 0) & _PRIMARY
    if primary in _SQLITE_BUSY:
        return StorageBusy(f"others were in the way of {doing.value} ({_code(error)})")
    if primary in _SQLITE_UNUSABLE:
        return StorageUnavailable(f"the database can't do {doing.value} now ({_code(error)})")
    return None


def _lost(code: str, doing: Doing) -> StorageError:
    """The connection is gone. Before it was there, trying again is for later; afterwards it may work at once."""
    if doing is Doing.CONNECT:
        return StorageUnavailable(f"there is no way to the database ({code})")
    if doing is Doing.COMMIT:
        return StorageBusy(f"the connection broke during the COMMIT, and nobody knows whether it happened ({code})")
    return StorageBusy(f"the connection broke during {doing.value}, and nothing was recorded ({code})")


def _silence(doing: Doing) -> StorageError:
    if doing is Doing.COMMIT:
        return StorageBusy("the COMMIT wasn't answered, and nobody knows whether it happened")
    return StorageUnavailable(f"the database gave no answer to {doing.value}")


def _code(orig: BaseException | None) -> str:
    """The error's code, or its type where it has none: never its words."""
    name = getattr(orig, "sqlstate", None) or getattr(orig, "sqlite_errorname", None)
    return str(name or type(orig.__cause__ or orig).__name__) if orig is not None else "no code"


def _constraint(orig: BaseException | None) -> str:
    if isinstance(orig, sqlite3.Error):
        return f", {orig}"  # Names of columns and constraints, or our own words: SQLite tells no values.
    name = getattr(getattr(orig, "__cause__", None), "constraint_name", None)
    return f", {name}" if name else ""
