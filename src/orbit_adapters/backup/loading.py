"""An archive becomes a database: the one path that verifying and restoring share."""

from orbit_adapters.backup.archive import Archive, OnTable, open_dump, open_target, read_manifest
from orbit_adapters.backup.patience import open_patiently
from orbit_adapters.backup.refused import BackupRefused, broken
from orbit_adapters.sql.migrate import migrate, revisions
from orbit_adapters.sql.storage import SqlStorage
from orbit_domain.backup.backup import BackupProblem
from orbit_domain.backup.manifest import ArchiveHead, Manifest, differences
from orbit_domain.money import BaseCurrency
from orbit_domain.use_cases.audit_ledger import AuditLedger


def require_shop(head: ArchiveHead, shop: str) -> None:
    """Raise BackupRefused when the archive isn't of *shop*; empty: of any."""
    if shop and head.shop != shop:
        what = "This archive is of another shop: its bot isn't the one of BOT_TOKEN."
        raise BackupRefused(BackupProblem.OTHER_SHOP, what, "name an archive of this shop")


async def load_archive(
    archive: Archive,
    head: ArchiveHead,
    address: str,
    on_table: OnTable,
    sha256: str | None = None,
    *,
    kept: bool = True,
) -> Manifest:
    """Load *archive* into the empty database at *address*, prove that it holds the same, and bring it up to date.

    The file must have the digest *sha256* where one is known. What isn't *kept* is loaded beside a shop that runs.
    Raises BackupRefused.
    """
    await migrate(address, head.revision)
    async with open_target(address, kept=kept) as target:
        manifest, tables = await archive.load(target, on_table)
    if sha256 and archive.sha256 != sha256:
        raise broken("its file isn't the one that was written")
    async with open_dump(address, is_throttled=not kept) as loaded:
        found = differences(manifest, await read_manifest(loaded, tables, on_table))
    if found:
        more = f", and {len(found) - 1} more" if len(found) > 1 else ""
        what = f"The restored copy isn't what was written: {found[0]}{more}."
        raise BackupRefused(BackupProblem.DIFFERENT, what, "orbit backup create, and tell Orbit's authors")
    if head.revision != revisions()[-1]:
        await migrate(address)
    return manifest


async def audit_findings(address: str, base: BaseCurrency) -> tuple[str, ...]:
    """What the ledger audit finds in the database at *address*, which has this version's schema."""
    storage = SqlStorage(open_patiently(address), base=base)
    try:
        return (await AuditLedger(storage)()).findings
    finally:
        await storage.close()
