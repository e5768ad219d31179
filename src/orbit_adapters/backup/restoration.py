"""An archive becomes the shop's database, or nothing changes."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from orbit_adapters.backup.age_keys import Identity
from orbit_adapters.backup.archive import Archive, OnTable, open_archive
from orbit_adapters.backup.figures import read_figures
from orbit_adapters.backup.loading import audit_findings, load_archive, require_shop
from orbit_adapters.backup.place import Kept, Place
from orbit_adapters.backup.refused import BackupRefused, refuse_failures
from orbit_domain.backup.backup import BackupProblem
from orbit_domain.backup.difference import DatabaseFigures, Difference, age
from orbit_domain.backup.manifest import ArchiveHead, Manifest
from orbit_domain.clock import Clock
from orbit_domain.money import BaseCurrency

_NO_TABLES = DatabaseFigures({}, None, None)


@dataclass(frozen=True, slots=True)
class RestoredDatabase:
    """A database that was loaded, compared, brought to this version's schema and audited, and isn't the shop's yet."""

    address: str
    head: ArchiveHead
    manifest: Manifest


PrepareRestored = Callable[[RestoredDatabase], Awaitable[None]]
"""What else is done to it before it is. May raise BackupRefused: then nothing changes."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """What is about to take the live database's place. *findings* are those of the ledger audit in the restored one."""

    head: ArchiveHead
    manifest: Manifest
    findings: tuple[str, ...]
    age: timedelta
    difference: Difference


Agree = Callable[[Proposal], Awaitable[bool]]


@dataclass(frozen=True, slots=True)
class Restored:
    """What is the shop's database now, and the one that was."""

    proposal: Proposal
    kept: Kept | None


@dataclass(frozen=True, slots=True)
class Restoration:
    """Restores archives of *shop* into *place*."""

    shop: str
    place: Place
    base: BaseCurrency
    clock: Clock
    prepare: Sequence[PrepareRestored] = ()

    async def __call__(self, file: Path, keys: Sequence[Identity], agree: Agree, on_table: OnTable) -> Restored:
        """Restore *file* once *agree* has said so. Raises BackupRefused: the live database is as it was then.

        Until the last step all of it happens in another database; that step is one for the disk or the server.
        """
        with refuse_failures("the same command again"), file.open("rb") as opened:
            async with open_archive(opened, keys) as archive:
                head = archive.head()
                require_shop(head, self.shop)
                self._require_kind(head)
                await self.place.prepare()
                async with self.place.new_database() as address:
                    proposal = await self._prepared(archive, head, address, on_table)
                    if not await agree(proposal):
                        what = "Not restored: you haven't agreed."
                        raise BackupRefused(BackupProblem.INTERRUPTED, what, "the same command again, when you want it")
                    return Restored(proposal, await self.place.put(address, self.clock.now()))

    async def _prepared(self, archive: Archive, head: ArchiveHead, address: str, on_table: OnTable) -> Proposal:
        manifest = await load_archive(archive, head, address, on_table)
        findings = await audit_findings(address, self.base)
        for prepare in self.prepare:
            await prepare(RestoredDatabase(address, head, manifest))
        difference = await self._difference(address, head)
        return Proposal(head, manifest, findings, age(head, self.clock.now()), difference)

    async def _difference(self, address: str, head: ArchiveHead) -> Difference:
        restored = await read_figures(address, head.taken_at) or _NO_TABLES
        try:
            live = await self.place.live()
            return Difference(restored, await read_figures(live, head.taken_at) if live else None)
        except BackupRefused as refused:
            return Difference(restored, None, str(refused))

    def _require_kind(self, head: ArchiveHead) -> None:
        if head.kind != self.place.kind:
            what = f"This archive is of a shop on {head.kind}, and DATABASE_URL is {self.place.kind}."
            next_step = "set DATABASE_URL as it was when the archive was made; a shop moves with orbit import"
            raise BackupRefused(BackupProblem.DATABASE, what, next_step)
