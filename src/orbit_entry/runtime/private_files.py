"""Files of this process are for this user alone: the embedded database holds live key links."""

import os
import stat
from collections.abc import Iterator
from pathlib import Path

KEY_FILE = "secret_keys"
"""The file, beside the embedded database, of the keys that seal what is secret in it."""

_OTHERS = stat.S_IRWXG | stat.S_IRWXO


def keep_files_private() -> None:
    """Let this process create folders as 0700 and files as 0600."""
    os.umask(_OTHERS)


def open_to_others(database: Path, folder: Path) -> Iterator[tuple[Path, str]]:
    """*folder* and the files of *database* that other users may use, each with the mode that it should have."""
    if _is_open(folder):
        yield folder, "700"
    files = [database.with_name(database.name + suffix) for suffix in ("", "-wal", "-shm")]
    for file in (*files, database.with_name(KEY_FILE)):
        if _is_open(file):
            yield file, "600"


def _is_open(path: Path) -> bool:
    try:
        return bool(path.stat().st_mode & _OTHERS)
    except OSError:
        return False  # It isn't there, or not for this user.
