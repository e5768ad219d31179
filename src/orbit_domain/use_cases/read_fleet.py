"""The state of every node, from the panels' answers and our own keys."""

import asyncio
from dataclasses import dataclass
from datetime import timedelta

from orbit_domain.access.ports import PanelError, Panels
from orbit_domain.access.repository import PanelRecord
from orbit_domain.clock import Clock
from orbit_domain.node.fleet import Node, NodeReading
from orbit_domain.storage import Storage


@dataclass(frozen=True, slots=True)
class ReadFleet:
    """Read the nodes of all panels at once. A panel that doesn't answer within `limit` has no nodes to offer now."""

    storage: Storage
    clock: Clock
    panels: Panels
    limit: timedelta = timedelta(seconds=15)

    async def __call__(self) -> tuple[Node, ...]:
        now = self.clock.now()
        async with self.storage.transaction() as tx:
            records = await tx.panels.all()
        readings = await asyncio.gather(*(self._readings(record) for record in records))
        # Counted last, since the answers of panels take their time.
        async with self.storage.transaction() as tx:
            counts = await tx.keys.active_by_node(now)
        return tuple(
            Node(
                panel_id=record.id,
                panel_priority=record.priority,
                reading=reading,
                active_users=counts.get((record.id, reading.name), 0),
                capacity=record.capacity if reading.capacity is None else reading.capacity,
                panel_active=record.is_active,
                excluded=reading.excluded or reading.name in record.excluded_nodes,
                draining=record.draining,
                reading_at=now,
            )
            for record, of_panel in zip(records, readings, strict=True)
            for reading in of_panel
        )

    async def _readings(self, record: PanelRecord) -> tuple[NodeReading, ...]:
        panel = self.panels.get(record.id)
        if panel is None or not record.is_active:
            return ()
        try:
            async with asyncio.timeout(self.limit.total_seconds()):
                return await panel.nodes()
        except (PanelError, TimeoutError):
            return ()
