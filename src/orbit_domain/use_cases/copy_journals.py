"""Copy journals of requests elsewhere, soon after they are written."""

from dataclasses import dataclass

from orbit_domain.request_journal.ports import JournalCopies


@dataclass(frozen=True, slots=True)
class CopyJournals:
    """A run of its own: a store that hangs holds up no journal."""

    copies: JournalCopies

    async def __call__(self) -> int:
        """How many were copied."""
        return await self.copies.copy_new()
