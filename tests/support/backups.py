"""A folder of backups, and a journal of requests, in memory, for use cases."""

from dataclasses import dataclass, field, replace
from datetime import datetime

from orbit_domain.backup.backup import Backup, BackupProblem, FailedBackup
from orbit_domain.backup.copies import KnownCopies
from orbit_domain.backup.ports import BackupPlace
from orbit_domain.backup.progress import BackupProgress
from orbit_domain.clock import Clock
from orbit_domain.request_journal.requests import Requests

SHOP = "0123456789ab"


def backup(taken_at: datetime, *, verified: bool = True, shop: str = SHOP) -> Backup:
    """A backup, verified as soon as it was taken or not at all."""
    one = Backup(taken_at, shop, 11_762, "5f" * 32, 459)
    return replace(one, verified_at=taken_at) if verified else replace(one, problem=BackupProblem.NO_SCRATCH)


@dataclass(slots=True)
class CopiesInMemory:
    """What is known of copies, as a test has set it."""

    of: list[KnownCopies] = field(default_factory=list)

    async def known(self) -> tuple[KnownCopies, ...]:
        return tuple(self.of)


@dataclass
class KnownBackups:
    """Makes backups as they come out: verified, unverified, or none at all for a *problem*."""

    clock: Clock
    is_set_up: bool = True
    problem: BackupProblem | None = None
    kept: list[Backup] = field(default_factory=list)
    last_failed: FailedBackup | None = None
    tries: int = 0
    busy: bool = False
    lies_in: BackupPlace = BackupPlace.DATA
    now_at: BackupProgress | None = None

    async def is_busy(self) -> bool:
        return self.busy

    async def all(self) -> tuple[Backup, ...]:
        return tuple(self.kept)

    async def failed(self) -> FailedBackup | None:
        return self.last_failed

    async def place(self) -> BackupPlace:
        return self.lies_in

    async def progress(self) -> BackupProgress | None:
        return self.now_at

    async def make(self, *, is_asked_for: bool = False) -> bool:
        if not self.is_set_up or self.busy:
            return False
        self.tries += 1
        if self.problem not in (None, BackupProblem.NO_SCRATCH):
            self.last_failed = FailedBackup(self.clock.now(), self.problem)
            return True
        self.kept.insert(0, backup(self.clock.now().replace(microsecond=0), verified=self.problem is None))
        self.last_failed = None
        return True


@dataclass(slots=True)
class KnownJournals:
    """Every run's requests, as a file would hold them."""

    is_set_up: bool = True
    written: list[tuple[datetime, Requests]] = field(default_factory=list)

    async def covered_until(self) -> datetime | None:
        return self.written[-1][0] if self.written else None

    async def write(self, requests: Requests, at: datetime) -> int:
        self.written.append((at, requests))
        return requests.count
