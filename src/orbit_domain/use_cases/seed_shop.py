"""What a shop has from its first minute."""

from dataclasses import dataclass

from orbit_domain.access.repository import PanelRecord
from orbit_domain.money import BaseCurrency
from orbit_domain.plan.plan import seeded_plans
from orbit_domain.storage import Storage


@dataclass(frozen=True, slots=True)
class SeedShop:
    """Offer the standard plans where none of that code exists, and record each panel once.

    What is recorded of a panel is the owner's: a later start changes nothing of it.
    """

    storage: Storage
    panels: tuple[PanelRecord, ...]
    base: BaseCurrency

    async def __call__(self) -> None:
        async with self.storage.transaction() as tx:
            for plan in seeded_plans(self.base):
                await tx.plans.add_if_absent(plan)
            recorded = {panel.id for panel in await tx.panels.all()}
            for panel in self.panels:
                if panel.id not in recorded:
                    await tx.panels.put(panel)
