"""Whether a rebalance runs, and what it would move now."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from orbit_domain.access.rebalance import BEGUN, REBALANCE, RebalancePace
from orbit_domain.access.repository import PanelRecord
from orbit_domain.ids import PanelId
from orbit_domain.node.fleet import Node
from orbit_domain.node.rebalance import RebalancePlan, plan_rebalance
from orbit_domain.storage import AdminAction, Transaction


@dataclass(frozen=True, slots=True)
class FoundMoves:
    """The plan, and the panels that should take keys and don't answer: it waits for them, to move none in vain."""

    plan: RebalancePlan
    waits_for: tuple[PanelId, ...]


async def running_rebalance(tx: Transaction) -> AdminAction | None:
    """The action that began the rebalance that runs, None when none does."""
    newest = await tx.admin_log.of_subject(REBALANCE, 1)
    return newest[0] if newest and newest[0].action == BEGUN else None


async def plan_moves(
    tx: Transaction, fleet: Sequence[Node], pace: RebalancePace, now: datetime, limit: int | None = None
) -> FoundMoves:
    """At most *limit* moves over *fleet*, with panels and keys that move as they are recorded in this transaction."""
    records = {record.id: record for record in await tx.panels.all()}
    nodes = [_as_recorded(node, records[node.panel_id]) for node in fleet if node.panel_id in records]
    answering = {node.panel_id for node in nodes if node.panel_healthy}
    wanted = (record for record in records.values() if record.is_active and not record.draining)
    movable = await tx.rebalances.movable(now, pace.rested_since(now))
    plan = plan_rebalance(nodes, movable, now, tolerance=pace.tolerance, limit=limit)
    return FoundMoves(plan, tuple(record.id for record in wanted if record.id not in answering))


def _as_recorded(node: Node, record: PanelRecord) -> Node:
    excluded = node.excluded or node.reading.name in record.excluded_nodes
    return replace(node, panel_active=record.is_active, draining=record.draining, excluded=excluded)
