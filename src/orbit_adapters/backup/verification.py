"""An archive is verified by restoring it: into a scratch database, which is read as the shop's was and compared."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from orbit_adapters.backup.age_keys import Identity
from orbit_adapters.backup.archive import OnTable, open_archive
from orbit_adapters.backup.loading import audit_findings, load_archive, require_shop
from orbit_adapters.backup.refused import refuse_failures
from orbit_adapters.backup.scratch import Scratch
from orbit_domain.backup.manifest import ArchiveHead, Manifest
from orbit_domain.money import BaseCurrency


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
                require_shop(head, self.shop)
                async with self.scratch.database(head.kind) as address:
                    manifest = await load_archive(archive, head, address, on_table, sha256, kept=False)
                    return Verified(head, manifest, await audit_findings(address, self.base))
