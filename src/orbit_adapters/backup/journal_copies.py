"""Journals beside the backups are copied to the bucket too: a few kilobytes, as soon as they are there."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from orbit_adapters.backup.s3_store import S3Copies
from orbit_domain.backup.copies import named_journal


@dataclass(frozen=True, slots=True)
class JournalCopies:
    """The copies of *shop*'s journals. It keeps no record: putting the same journal again changes nothing."""

    shop: str
    store: S3Copies

    async def copy_journal(self, file: Path) -> None:
        """Copy the journal *file*. Raises CopyFailed, OSError; ValueError for any other file."""
        if not self._is_ours(file.name):
            raise ValueError(f"{file.name} isn't a journal of this shop")
        await self.store.put(file)

    async def delete_journals(self, before: datetime) -> tuple[str, ...]:
        """Delete the copies of journals that were begun *before* then; their names. Raises CopyFailed."""
        names = await self.store.sizes(self._is_ours)
        old = tuple(name for name in names if (found := named_journal(name)) and found[0] < before)
        for name in old:
            await self.store.delete(name)
        return old

    def _is_ours(self, name: str) -> bool:
        found = named_journal(name)
        return found is not None and found[1] == self.shop
