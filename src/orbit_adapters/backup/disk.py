"""What is done to the disk, step by step: tests let each of them fail, or be the last one before a power cut."""

import os
from contextlib import suppress
from pathlib import Path

_BACKLOG = 8 * 1024 * 1024
"""Bytes. Who waits for the disk meanwhile, as each COMMIT does, waits for what others have left to it, too."""


class Disk:
    """The disk of this machine. Every method raises OSError."""

    def write(self, handle: int, data: bytes) -> None:
        """Write all of *data*."""
        view = memoryview(data)
        while view:
            view = view[os.write(handle, view) :]

    def sync(self, handle: int) -> None:
        """Wait until what was written is on the disk."""
        os.fsync(handle)

    def replace(self, old: Path, new: Path) -> None:
        """Give the file *old* the name *new*."""
        old.replace(new)

    def link(self, file: Path, new: Path) -> None:
        """Give *file* the name *new* too, which is free."""
        os.link(file, new, follow_symlinks=False)

    def sync_folder(self, folder: Path) -> None:
        """Wait until the names in *folder* are on the disk."""
        handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)

    def unlink(self, file: Path) -> None:
        """Delete *file*."""
        file.unlink()


class DraftFile:
    """A new file at *path*, for this user alone. A file or a link of that name is never written into."""

    def __init__(self, path: Path, disk: Disk) -> None:
        self.path = path
        self._disk = disk
        self._backlog = 0
        self._handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)

    def write(self, data: bytes) -> None:
        """Append *data*, and never leave much of it to be written at once. Raises OSError."""
        self._disk.write(self._handle, data)
        self._backlog += len(data)
        if self._backlog >= _BACKLOG:
            self._disk.sync(self._handle)
            self._backlog = 0

    def finish(self) -> None:
        """Wait until it is on the disk. Raises OSError."""
        self._disk.sync(self._handle)
        self._close()

    def discard(self) -> None:
        """Delete what still has this name."""
        self._close()
        with suppress(OSError):
            self._disk.unlink(self.path)

    def _close(self) -> None:
        handle, self._handle = self._handle, -1
        if handle >= 0:
            os.close(handle)
