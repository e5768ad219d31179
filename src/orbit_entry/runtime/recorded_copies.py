"""What the run that makes backups has recorded of their copies."""

import asyncio
from collections.abc import Sequence

from orbit_adapters.backup.copy_records import CopyRecords
from orbit_domain.backup.copies import Destination, KnownCopies


class RecordedCopies:
    """The port `BackupCopies`: of *destinations*, which are set up, what *records* say."""

    def __init__(self, records: CopyRecords, destinations: Sequence[Destination]) -> None:
        self._records = records
        self._destinations = destinations

    async def known(self) -> tuple[KnownCopies, ...]:
        """What is known of each destination."""
        return await asyncio.to_thread(lambda: tuple(map(self._records.read, self._destinations)))
