"""Disks that fail at a step of a test's choice."""

import errno
import os
from abc import ABC, abstractmethod
from pathlib import Path

from orbit_adapters.backup.disk import Disk


class PowerCut(BaseException):
    """The machine is off: nothing that follows is done."""


class SteppedDisk(Disk, ABC):
    """A disk each of whose steps may fail, as `step` decides before it is done."""

    @abstractmethod
    def step(self) -> None:
        """Let it be done, or raise."""

    def write(self, handle: int, data: bytes) -> None:
        self.step()
        super().write(handle, data)

    def sync(self, handle: int) -> None:
        self.step()
        super().sync(handle)

    def replace(self, old: Path, new: Path) -> None:
        self.step()
        super().replace(old, new)

    def link(self, file: Path, new: Path) -> None:
        self.step()
        super().link(file, new)

    def sync_folder(self, folder: Path) -> None:
        self.step()
        super().sync_folder(folder)


class CountedDisk(SteppedDisk):
    """A disk whose step number *last* fails. *cut*: as do all that follow, and nothing tidies up."""

    def __init__(self, last: int, *, cut: bool) -> None:
        self.left = last
        self.cut = cut

    def unlink(self, file: Path) -> None:
        if self.cut:
            self.step()
        super().unlink(file)

    def step(self) -> None:
        self.left -= 1
        if self.left > 0 or (self.left < 0 and not self.cut):
            return
        if self.cut:
            raise PowerCut
        fill_disk()


def fill_disk() -> None:
    """There is no room left."""
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
