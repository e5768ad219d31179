"""The port of what is known of copies."""

from typing import Protocol

from orbit_domain.backup.copies import KnownCopies


class BackupCopies(Protocol):
    """What the last run has recorded; no store is asked."""

    async def known(self) -> tuple[KnownCopies, ...]:
        """What is known of each destination that is set up, one each."""
        ...
