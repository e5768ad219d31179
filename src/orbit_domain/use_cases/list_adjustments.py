"""Adjustments that wait for a second admin."""

from dataclasses import dataclass

from orbit_domain.ledger.adjustments import Adjustment, adjustment_of
from orbit_domain.storage import Storage


@dataclass(frozen=True, slots=True)
class ListAdjustments:
    """What is asked for and not decided, oldest first."""

    storage: Storage

    async def __call__(self, limit: int = 50) -> tuple[Adjustment, ...]:
        async with self.storage.transaction() as tx:
            return tuple(adjustment_of(entry) for entry in await tx.ledger.undecided(limit))
