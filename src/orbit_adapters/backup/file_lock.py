"""A lock that dies with its process."""

import errno
import fcntl
import os
from pathlib import Path


def locked_file(file: Path) -> int | None:
    """The handle that holds the lock of *file*; None: another process holds it. A symbolic link isn't followed.

    Raises OSError.
    """
    handle = os.open(file, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        os.close(handle)
        if error.errno in (errno.EWOULDBLOCK, errno.EACCES):
            return None
        raise
    return handle
