"""The panel's nodes as places for keys.

Marzban serves every user on every node. Each node has its own inbound, and a host of that inbound has the node's
address; a key is placed by inbound tags. The settings name a node's tags; otherwise the addresses are compared.
"""

from dataclasses import dataclass

from orbit_adapters.marzban.api import MarzbanApi
from orbit_adapters.marzban.mapping import PROTOCOL
from orbit_adapters.marzban.schemas import HostSchema, NodeSchema, UsageSchema
from orbit_adapters.marzban.settings import MarzbanSettings, NodeSettings
from orbit_domain.node.fleet import NodeReading

MASTER = "Master"
WHOLE_PANEL = "default"


@dataclass(frozen=True, slots=True)
class PanelNodes:
    """What a panel says of its nodes: they themselves, their traffic, their addresses, and its VLESS inbounds."""

    nodes: list[NodeSchema]
    usage: list[UsageSchema]
    hosts: dict[str, list[HostSchema]]
    tags: list[str]

    def places(self, settings: MarzbanSettings) -> dict[str, tuple[str, ...]]:
        """The inbound tags of each node: those in the settings, else those whose hosts have the node's address."""
        found = {node.name: self._leading_to(node.address) for node in self.nodes}
        named = {name: node.inbound_tags for name, node in settings.nodes.items() if node.inbound_tags}
        return found | named

    def readings(self, settings: MarzbanSettings) -> tuple[NodeReading, ...]:
        """The nodes a key can be placed on, by name."""
        placed = {name: place for name, place in self.places(settings).items() if place}
        if not placed:
            return (_whole_panel(self.nodes, self.usage, self.tags),) if self.tags else ()
        by_name = {node.name: node for node in self.nodes}
        return tuple(
            _reading(name, place, by_name.get(name), self.usage, settings.nodes.get(name))
            for name, place in sorted(placed.items())
        )

    def _leading_to(self, address: str) -> tuple[str, ...]:
        return tuple(tag for tag in self.tags if _points_at(self.hosts.get(tag, []), address))


async def read_panel(api: MarzbanApi) -> PanelNodes:
    """Ask the panel for all of it. Raises PanelError."""
    nodes, usage = await api.nodes(), await api.nodes_usage()
    hosts, inbounds = await api.hosts(), await api.inbounds()
    return PanelNodes(nodes, usage, hosts, [inbound.tag for inbound in inbounds.get(PROTOCOL, [])])


async def readings(api: MarzbanApi, settings: MarzbanSettings) -> tuple[NodeReading, ...]:
    """The nodes a key can be placed on, by name. A panel where no tag belongs to a node is one node, `default`.

    Raises PanelError.
    """
    return (await read_panel(api)).readings(settings)


def _points_at(hosts: list[HostSchema], address: str) -> bool:
    """Whether an enabled host has *address*, alone or in a comma-separated list."""
    wanted = address.strip().casefold()
    return any(
        wanted == part.strip().casefold() for host in hosts if not host.is_disabled for part in host.address.split(",")
    )


def _reading(
    name: str, place: tuple[str, ...], node: NodeSchema | None, usage: list[UsageSchema], known: NodeSettings | None
) -> NodeReading:
    """One node. The panel's own core is connected, because the panel answered. An absent node is not connected."""
    return NodeReading(
        name=name,
        connected=node.status == "connected" if node else name == MASTER,
        groups=place,
        traffic_bytes=sum(row.uplink + row.downlink for row in usage if row.node_name == name),
        usage_coefficient_milli=round(node.usage_coefficient * 1000) if node else 1000,
        region=known.region if known else None,
        capacity=known.capacity if known else None,
        excluded=known is not None and known.excluded,
    )


def _whole_panel(nodes: list[NodeSchema], usage: list[UsageSchema], tags: list[str]) -> NodeReading:
    return NodeReading(
        name=WHOLE_PANEL,
        connected=not nodes or any(node.status == "connected" for node in nodes),
        groups=tuple(tags),
        traffic_bytes=sum(row.uplink + row.downlink for row in usage),
    )
