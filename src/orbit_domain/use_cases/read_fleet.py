"""The state of every node, from the panels' answers and our own keys."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from orbit_domain.access.breaker import PanelBreakers
from orbit_domain.access.ports import PanelError, Panels
from orbit_domain.access.repository import PanelRecord
from orbit_domain.clock import Clock
from orbit_domain.ids import PanelId
from orbit_domain.node.fleet import Node, NodeReading
from orbit_domain.storage import Storage
from orbit_domain.use_cases.count_keys import CountKeys


@dataclass(frozen=True, slots=True)
class ReadFleet:
    """Read the nodes of all panels at once. A failing panel is asked too: what it says shows why it is out.

    A panel that doesn't answer within `limit` has no nodes to offer now, nor has one that answers more than `patience`
    later than another: a panel that hangs doesn't delay what others can take. When it is called failing because of
    that, nobody waits for it any more.
    """

    storage: Storage
    clock: Clock
    panels: Panels
    breakers: PanelBreakers
    count_keys: CountKeys
    limit: timedelta = timedelta(seconds=15)
    patience: timedelta = timedelta(seconds=1)

    async def __call__(self, placing: int = 0) -> tuple[Node, ...]:
        """Every node, to place so many keys; 0: to look at them (`CountKeys`)."""
        now = self.clock.now()
        async with self.storage.transaction() as tx:
            records = await tx.panels.all()
        readings = await self._all_readings(records)
        # Counted last, since the answers of panels take their time.
        counts = await self.count_keys(placing)
        return tuple(
            Node(
                panel_id=record.id,
                panel_priority=record.priority,
                reading=_in_region(reading, record),
                active_users=counts.get((record.id, reading.name), 0),
                capacity=record.capacity if reading.capacity is None else reading.capacity,
                panel_active=record.is_active,
                panel_healthy=not self.breakers.is_failing(record.id),
                excluded=reading.excluded or reading.name in record.excluded_nodes,
                draining=record.draining,
                reading_at=now,
            )
            for record, of_panel in zip(records, readings, strict=True)
            for reading in of_panel
        )

    async def _all_readings(self, records: Sequence[PanelRecord]) -> list[tuple[NodeReading, ...]]:
        """What each panel says of its nodes, in the order of *records*."""
        asked = [asyncio.create_task(self._readings(record)) for record in records]
        try:
            waiting = set(asked)
            while waiting and not any(task.done() and task.result() for task in asked):
                _, waiting = await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
            awaited = {task: record.id for task, record in zip(asked, records, strict=True) if task in waiting}
            await self._wait_a_little(awaited)
            return [task.result() if task.done() else () for task in asked]
        finally:
            for task in asked:
                task.cancel()

    async def _wait_a_little(self, awaited: Mapping[asyncio.Task[tuple[NodeReading, ...]], PanelId]) -> None:
        """Give the panels that haven't answered their `patience`; those that are failing have used it up."""
        patient = [task for task, panel_id in awaited.items() if not self.breakers.is_failing(panel_id)]
        if patient:
            _, late = await asyncio.wait(patient, timeout=self.patience.total_seconds())
            for task in late:
                self.breakers.failed(awaited[task], self.clock.now())

    async def _readings(self, record: PanelRecord) -> tuple[NodeReading, ...]:
        panel = self.panels.get(record.id)
        if panel is None or not record.is_active:
            return ()
        try:
            async with asyncio.timeout(self.limit.total_seconds()):
                return await panel.nodes()
        except (PanelError, TimeoutError):
            self.breakers.failed(record.id, self.clock.now())
            return ()


def _in_region(reading: NodeReading, record: PanelRecord) -> NodeReading:
    """*reading* in the region of its panel, unless it has its own, or the panel has several."""
    if reading.region is not None or len(record.regions) != 1:
        return reading
    return replace(reading, region=record.regions[0])
