"""Release what a dead process had claimed."""

from dataclasses import dataclass

from orbit_domain.clock import Clock
from orbit_domain.storage import Storage


@dataclass(frozen=True, slots=True)
class ReleaseLeases:
    """End all leases. Only for a process that is alone on its database: beside others, leases end by themselves.

    Should it be wrong about being alone, fences still keep two claimants from both recording a result.
    """

    storage: Storage
    clock: Clock

    async def __call__(self) -> None:
        async with self.storage.transaction() as tx:
            await tx.keys.wake_all(self.clock.now())
            await tx.payments_due.release_leases(self.clock.now())
            await tx.outbox.release_leases()
