"""An archive is verified by restoring it: into a scratch database, which is read as the shop's was and compared."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from orbit_adapters.backup.age_keys import Identity
from orbit_adapters.backup.archive import Archive, OnTable, open_archive, open_dump, open_target, read_manifest
from orbit_adapters.backup.patience import open_patiently
from orbit_adapters.backup.refused import BackupRefused, broken, refuse_failures
from orbit_adapters.backup.scratch import Scratch
from orbit_adapters.sql.migrate import migrate, revisions
from orbit_adapters.sql.storage import SqlStorage
from orbit_domain.backup.backup import BackupProblem
from orbit_domain.backup.manifest import ArchiveHead, Manifest, differences
from orbit_domain.money import BaseCurrency
from orbit_domain.use_cases.audit_ledger import AuditLedger


@dataclass(frozen=True, slots=True)
class Verified:
    """What was restored and found equal. *findings* are those of the ledger audit in the restored copy."""

    head: ArchiveHead
    manifest: Manifest
    findings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Verification:
    """Restores archives of *shop* elsewhere. *shop* is empty where whose they are isn't to be checked."""

    shop: str
    scratch: Scratch
    base: BaseCurrency

    async def __call__(
        self, file: Path, keys: Sequence[Identity], on_table: OnTable, sha256: str | None = None
    ) -> Verified:
        """Restore *file*, which must have that digest where one is known, and compare. Raises BackupRefused.

        *on_table* hears of each table twice: when it is restored, and when it was read there again.
        """
        with refuse_failures(), file.open("rb") as opened:
            async with open_archive(opened, keys) as archive:
                head = archive.head()
                if self.shop and head.shop != self.shop:
                    what = "This archive is of another shop: its bot isn't the one of BOT_TOKEN."
                    raise BackupRefused(BackupProblem.OTHER_SHOP, what, "name an archive of this shop")
                async with self.scratch.database(head.kind) as address:
                    return await self._restored(archive, head, address, on_table, sha256)

    async def _restored(
        self, archive: Archive, head: ArchiveHead, address: str, on_table: OnTable, sha256: str | None
    ) -> Verified:
        await migrate(address, head.revision)
        async with open_target(address) as target:
            manifest, tables = await archive.load(target, on_table)
        if sha256 and archive.sha256 != sha256:
            raise broken("its file isn't the one that was written")
        async with open_dump(address) as restored:
            found = differences(manifest, await read_manifest(restored, tables, on_table))
        if found:
            more = f", and {len(found) - 1} more" if len(found) > 1 else ""
            what = f"The restored copy isn't what was written: {found[0]}{more}."
            raise BackupRefused(BackupProblem.DIFFERENT, what, "orbit backup create, and tell Orbit's authors")
        if head.revision != revisions()[-1]:
            await migrate(address)  # The audit is this version's, and so is the shop that would be restored.
        return Verified(head, manifest, await self._findings(address))

    async def _findings(self, address: str) -> tuple[str, ...]:
        storage = SqlStorage(open_patiently(address), base=self.base)
        try:
            return (await AuditLedger(storage)()).findings
        finally:
            await storage.close()
