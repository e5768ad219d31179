"""What a shop has from its first minute."""

from dataclasses import dataclass

from orbit_domain.access.repository import PanelRecord
from orbit_domain.plan.plan import SEEDED_PLANS
from orbit_domain.storage import Storage


@dataclass(frozen=True, slots=True)
class SeedShop:
    """Offer the standard plans where none of that code exists, and record the panels as they are set up now."""

    storage: Storage
    panels: tuple[PanelRecord, ...]

    async def __call__(self) -> None:
        async with self.storage.transaction() as tx:
            for plan in SEEDED_PLANS:
                await tx.plans.add_if_absent(plan)
            for panel in self.panels:
                await tx.panels.put(panel)
