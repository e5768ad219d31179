"""Whether a process has an SQLite file open, and how to keep all others out of it."""

import fcntl
import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Literal

from orbit_adapters.backup.refused import BackupRefused
from orbit_domain.backup.backup import BackupProblem

_PATIENCE_S = 1.0
_NO_LOG = "PRAGMA journal_mode=DELETE"
_DAMAGED = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}
_BUSY = {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}
_PRIMARY_CODE = 0xFF
_LOCK_BYTES = 0x40000000, 512
"""Where every SQLite keeps the locks of a file: a process that holds all of these is alone with it."""


@contextmanager
def alone_with(file: Path) -> Iterator[None]:
    """No other process opens the database in *file* during the block; nothing is written, a damaged file is held too.

    A process that has used the file keeps a lock on it until it ends, also while it does nothing. Nothing else in this
    process may open *file* meanwhile: the lock would be gone. Raises BackupRefused when it is in use.
    """
    handle = os.open(file, os.O_RDWR | os.O_NOFOLLOW | os.O_CLOEXEC)
    start, length = _LOCK_BYTES
    try:
        try:
            fcntl.lockf(handle, fcntl.LOCK_EX | fcntl.LOCK_NB, length, start)
        except BlockingIOError:
            raise _in_use() from None
        yield
    finally:
        os.close(handle)


@contextmanager
def alone_without_log(file: Path) -> Iterator[None]:
    """The same, and before the block begins the file's log is written into it, unless it is damaged."""
    if is_readable(file):
        with closing(_opened(file, "rw")) as connection:
            if _is_held(connection):
                yield
                return
    with alone_with(file):
        yield


def is_readable(file: Path) -> bool:
    """Whether *file* is a database. A connection that only reads leaves a damaged one as it is."""
    try:
        with closing(_opened(file, "ro")) as connection:
            connection.execute("SELECT COUNT(*) FROM sqlite_master").fetchone()
    except sqlite3.DatabaseError as error:
        _require_damage(error)
        return False
    return True


def without_log(file: Path) -> None:
    """Let the database in *file* be this one file. Raises what SQLite does."""
    with closing(_opened(file, "rw")) as connection:
        connection.execute(_NO_LOG)


def _opened(file: Path, mode: Literal["ro", "rw"]) -> sqlite3.Connection:
    return sqlite3.connect(f"{file.as_uri()}?mode={mode}", uri=True, isolation_level=None, timeout=_PATIENCE_S)


def _is_held(connection: sqlite3.Connection) -> bool:
    """False: it is damaged, which was found only now."""
    try:
        connection.execute(_NO_LOG)
        connection.execute("BEGIN EXCLUSIVE")
        if connection.execute("PRAGMA journal_mode").fetchone()[0] != "delete":
            raise _in_use()  # Another process was quicker.
    except sqlite3.DatabaseError as error:
        _require_damage(error)
        return False
    return True


def _require_damage(error: sqlite3.DatabaseError) -> None:
    """Raise *error* unless it says that the file is damaged; BackupRefused when it is in use."""
    code = _code(error)
    if code in _BUSY:
        raise _in_use() from None
    if code not in _DAMAGED:
        raise error


def _code(error: sqlite3.Error) -> int:
    return getattr(error, "sqlite_errorcode", 0) & _PRIMARY_CODE


def _in_use() -> BackupRefused:
    what = "The shop runs: another process has its database open."
    return BackupRefused(BackupProblem.RUNNING, what, "stop the shop, and each command that uses its database")
