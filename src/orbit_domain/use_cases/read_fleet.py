"""The state of every node, from the panels' answers and our own keys."""

from dataclasses import dataclass

from orbit_domain.access.ports import PanelError, Panels
from orbit_domain.access.repository import PanelRecord
from orbit_domain.clock import Clock
from orbit_domain.node.fleet import Node, NodeReading
from orbit_domain.storage import Storage


@dataclass(frozen=True, slots=True)
class ReadFleet:
    """Read the nodes of each panel. A panel that doesn't answer has no nodes to offer now."""

    storage: Storage
    clock: Clock
    panels: Panels

    async def __call__(self) -> tuple[Node, ...]:
        now = self.clock.now()
        async with self.storage.transaction() as tx:
            records = await tx.panels.all()
            counts = await tx.keys.active_by_node(now)
        nodes = []
        for record in records:
            for reading in await self._readings(record):
                users = counts.get((record.id, reading.name), 0)
                nodes.append(
                    Node(
                        panel_id=record.id,
                        panel_priority=record.priority,
                        reading=reading,
                        active_users=users,
                        capacity=record.capacity,
                        panel_active=record.is_active,
                        excluded=reading.name in record.excluded_nodes,
                        draining=record.draining,
                        reading_at=now,
                    )
                )
        return tuple(nodes)

    async def _readings(self, record: PanelRecord) -> tuple[NodeReading, ...]:
        panel = self.panels.get(record.id)
        if panel is None or not record.is_active:
            return ()
        try:
            return await panel.nodes()
        except PanelError:
            return ()
