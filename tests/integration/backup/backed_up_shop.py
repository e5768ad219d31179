"""A shop with a folder of backups."""

import os
from dataclasses import dataclass, field
from pathlib import Path

from orbit_adapters.backup.age_keys import Identity
from orbit_adapters.backup.creation import BackupCreation, BackupMade
from orbit_adapters.backup.disk import Disk
from orbit_adapters.backup.folder import BackupFolder
from orbit_adapters.backup.meter import OnProgress
from orbit_adapters.backup.scratch import Scratch
from orbit_adapters.backup.verification import Verification, Verified
from orbit_domain.money import RUB
from tests.support.backups import SHOP
from tests.support.clock import FakeClock


def ignore(_how_far: object) -> None:
    """Nobody watches the progress."""


@dataclass(slots=True)
class BackedUpShop:
    """The shop at *address*, whose owner has *key*."""

    address: str
    data_dir: Path
    key: Identity
    clock: FakeClock = field(default_factory=FakeClock)
    scratch_address: str = ""

    @property
    def path(self) -> Path:
        return self.data_dir / "backups"

    @property
    def verification(self) -> Verification:
        return Verification(SHOP, Scratch(SHOP, self.scratch_address or self.address, self.data_dir), RUB)

    async def back_up(
        self, disk: Disk | None = None, verification: Verification | None = None, on_progress: OnProgress = ignore
    ) -> BackupMade:
        """One backup, made as the command does."""
        folder = BackupFolder(self.path, disk)
        verify = verification or self.verification
        create = BackupCreation(self.address, SHOP, folder, [self.key.to_public()], verify, self.clock)
        with folder.lock():
            return await create(on_progress)

    async def verify(self, file: Path, key: Identity | None = None) -> Verified:
        return await self.verification(file, [key or self.key], ignore)

    def archives(self) -> list[str]:
        """Every file in the folder but the locks."""
        return sorted(name for name in os.listdir(self.path) if not name.startswith("."))
