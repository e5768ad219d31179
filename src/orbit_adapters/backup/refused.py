"""Why a backup isn't made, not verified, or not believed."""

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from orbit_adapters.sql.engine import UnusableDatabase
from orbit_adapters.sql.errors import Operation, as_storage_error
from orbit_domain.backup.backup import BackupProblem
from orbit_domain.storage import StorageError

_NO_ROOM = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_NO_ROOM_CODES = {"53100", "SQLITE_FULL"}
_CREATE = "orbit backup create"
_AGAIN = "the same command again"


class BackupRefused(Exception):
    """One line of what is wrong, and the next step. Neither holds a secret, an address or a recorded value."""

    def __init__(self, problem: BackupProblem, what: str, next_step: str) -> None:
        super().__init__(what)
        self.problem = problem
        self.next_step = next_step


def broken(what: str) -> BackupRefused:
    """The archive isn't one that Orbit has written, or not any more."""
    return BackupRefused(
        BackupProblem.BROKEN, f"The archive is damaged: {what}.", "take another one: orbit backup list shows them"
    )


def no_room(where: str, free: str, again: str) -> BackupRefused:
    """A disk is full; whatever was half-made is removed."""
    what = f"There is no room left {where}; nothing half-made was kept."
    return BackupRefused(BackupProblem.NO_ROOM, what, f"{free}, then {again}")


@contextmanager
def refuse_failures(again: str = _CREATE) -> Iterator[None]:
    """Raise BackupRefused in place of what disks and databases raise; *again* is how it is tried once more."""
    try:
        yield
    except OSError as error:
        raise _of_disk(error, again) from None
    except UnusableDatabase as error:
        raise _of_database(str(error), again) from None
    except StorageError as error:
        raise _of_database(str(error), again) from None
    except Exception as error:
        code = _code(error)
        if code in _NO_ROOM_CODES:
            raise no_room("for the database", "free space", again) from None
        translated = as_storage_error(error, Operation.STATEMENT)
        if translated is None and code is None:
            raise  # It isn't the database's, so most likely a bug.
        raise _of_database(str(translated or f"it refused a statement ({code})"), again) from None


@contextmanager
def refuse_disk(folder: Path) -> Iterator[None]:
    """Raise BackupRefused in place of what the disk of *folder* raises."""
    try:
        yield
    except OSError as error:
        if error.errno in _NO_ROOM:
            raise no_room(f"in {folder}", "free space", _AGAIN) from None
        what = f"The system refused a file in {folder}: {error.strerror or type(error).__name__}."
        raise BackupRefused(BackupProblem.FOLDER, what, "check the disk, and what this user may do there") from None


def _of_disk(error: OSError, again: str) -> BackupRefused:
    if error.errno in _NO_ROOM:
        free = "free space, or put the backups elsewhere with ORBIT_BACKUP_DIR"
        return no_room("where the backups are made", free, again)
    what = f"The folder of backups can't be used: {error.strerror or type(error).__name__}."
    return BackupRefused(BackupProblem.FOLDER, what, "check ORBIT_BACKUP_DIR, and that this user may write there")


def _of_database(what: str, again: str) -> BackupRefused:
    return BackupRefused(
        BackupProblem.DATABASE, f"The database can't be copied: {what}.", f"orbit doctor, then {again}"
    )


def _code(error: Exception) -> str | None:
    origin = getattr(error, "orig", None) or error
    return getattr(origin, "sqlstate", None) or getattr(origin, "sqlite_errorname", None)
