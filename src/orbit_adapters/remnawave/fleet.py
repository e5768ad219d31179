"""The panel's squads as places for keys: who is in a squad is served by the nodes that the squad reaches."""

import asyncio
from dataclasses import dataclass
from uuid import UUID

from orbit_adapters.remnawave.api import RemnawaveApi
from orbit_adapters.remnawave.schemas import NodeSchema, SquadSchema
from orbit_adapters.remnawave.settings import RemnawaveSettings
from orbit_domain.node.fleet import NodeReading

PROTOCOL = "vless"


@dataclass(frozen=True, slots=True)
class PanelSquads:
    """What a panel says of its squads: they themselves, its nodes, and which squad reaches which node."""

    squads: list[SquadSchema]
    nodes: list[NodeSchema]
    reached: dict[UUID, frozenset[UUID]]

    def readings(self, settings: RemnawaveSettings) -> tuple[NodeReading, ...]:
        """The squads a key can be placed in, by name: those with a VLESS inbound and a node."""
        found = [self._reading(squad, settings) for squad in self.squads if self.nodes_of(squad) and _speaks(squad)]
        return tuple(sorted(found, key=lambda reading: reading.name))

    def nodes_of(self, squad: SquadSchema) -> list[NodeSchema]:
        """The nodes that *squad* reaches."""
        return [node for node in self.nodes if node.uuid in self.reached.get(squad.uuid, ())]

    def _reading(self, squad: SquadSchema, settings: RemnawaveSettings) -> NodeReading:
        """One squad: connected while one of its nodes is, as heavy as the heaviest of them."""
        nodes, known = self.nodes_of(squad), settings.squads.get(squad.name)
        return NodeReading(
            name=squad.name,
            connected=any(node.is_connected and not node.is_disabled for node in nodes),
            groups=(str(squad.uuid),),
            traffic_bytes=_sum([node.traffic_used_bytes for node in nodes]),
            usage_coefficient_milli=round(max(node.consumption_multiplier for node in nodes) * 1000),
            region=known.region if known else None,
            capacity=known.capacity if known else None,
            excluded=known is not None and known.excluded,
        )


async def read_squads(api: RemnawaveApi) -> PanelSquads:
    """Ask the panel for all of it. Raises PanelError."""
    squads, nodes = await api.squads(), await api.nodes()
    reached = await asyncio.gather(*(api.reached_nodes(squad.uuid) for squad in squads if _speaks(squad)))
    speaking = [squad.uuid for squad in squads if _speaks(squad)]
    by_squad = {squad: frozenset(node.uuid for node in found) for squad, found in zip(speaking, reached, strict=True)}
    return PanelSquads(squads, nodes, by_squad)


def _sum(traffic: list[int | None]) -> int | None:
    """The traffic of all nodes; None when one of them doesn't say."""
    known = [one for one in traffic if one is not None]
    return sum(known) if len(known) == len(traffic) else None


def _speaks(squad: SquadSchema) -> bool:
    return any(inbound.type == PROTOCOL for inbound in squad.inbounds)
