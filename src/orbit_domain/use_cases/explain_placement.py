"""Where a new key would live now, and why."""

from dataclasses import dataclass

from orbit_domain.clock import Clock
from orbit_domain.ids import PanelId
from orbit_domain.node.choice import Choice, NoNode, PlacementRequest, choose_node
from orbit_domain.storage import Storage
from orbit_domain.use_cases.read_fleet import ReadFleet


@dataclass(frozen=True, slots=True)
class ExplainedPlacement:
    """The choice with every candidate's verdict, and the panels that had no node to offer: off, silent or unknown."""

    choice: Choice | NoNode
    without_nodes: tuple[PanelId, ...]


@dataclass(frozen=True, slots=True)
class ExplainPlacement:
    """Choose a place for a new key, in *region* if one is given, and place nothing."""

    storage: Storage
    clock: Clock
    read_fleet: ReadFleet

    async def __call__(self, region: str | None = None) -> ExplainedPlacement:
        fleet = await self.read_fleet()
        async with self.storage.transaction() as tx:
            panels = [record.id for record in await tx.panels.all()]
        offering = {node.panel_id for node in fleet}
        choice = choose_node(fleet, PlacementRequest(region), self.clock.now())
        return ExplainedPlacement(choice, tuple(panel for panel in panels if panel not in offering))
