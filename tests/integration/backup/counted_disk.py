"""A disk that fails at a step of a test's choice."""

import errno
import os
from pathlib import Path

from orbit_adapters.backup.disk import Disk


class PowerCut(BaseException):
    """The machine is off: nothing that follows is done."""


class CountedDisk(Disk):
    """A disk whose step number *last* fails. *cut*: as do all that follow, and nothing tidies up."""

    def __init__(self, last: int, *, cut: bool) -> None:
        self.left = last
        self.cut = cut

    def write(self, handle: int, data: bytes) -> None:
        self._step()
        super().write(handle, data)

    def sync(self, handle: int) -> None:
        self._step()
        super().sync(handle)

    def replace(self, old: Path, new: Path) -> None:
        self._step()
        super().replace(old, new)

    def sync_folder(self, folder: Path) -> None:
        self._step()
        super().sync_folder(folder)

    def unlink(self, file: Path) -> None:
        if self.cut:
            self._step()
        super().unlink(file)

    def _step(self) -> None:
        self.left -= 1
        if self.left > 0 or (self.left < 0 and not self.cut):
            return
        if self.cut:
            raise PowerCut
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
