"""What a rebalance would move, and how far one is that runs."""

from dataclasses import dataclass

from orbit_domain.access.rebalance import REBALANCE, RebalancePace
from orbit_domain.clock import Clock
from orbit_domain.ids import PanelId
from orbit_domain.node.rebalance import RebalancePlan
from orbit_domain.steps.plan_moves import plan_moves, running_rebalance
from orbit_domain.storage import AdminAction, Storage
from orbit_domain.use_cases.read_fleet import ReadFleet


@dataclass(frozen=True, slots=True)
class RebalanceView:
    """What is left to move, at most how many in an hour, and the panels that it waits for.

    `begun`: the action that began the one that runs, which has moved so many keys by now. `last`: what was done last,
    be it that one began, was stopped, or came to its end.
    """

    plan: RebalancePlan
    moves_per_hour: int
    waits_for: tuple[PanelId, ...]
    begun: AdminAction | None
    moved: int
    last: AdminAction | None


@dataclass(frozen=True, slots=True)
class ShowRebalance:
    """Plan it with what panels and keys are now, and move nothing."""

    storage: Storage
    clock: Clock
    read_fleet: ReadFleet
    pace: RebalancePace

    async def __call__(self) -> RebalanceView:
        fleet = await self.read_fleet()
        async with self.storage.snapshot() as tx:
            found = await plan_moves(tx, fleet, self.pace, self.clock.now())
            begun = await running_rebalance(tx)
            last = next(iter(await tx.admin_log.of_subject(REBALANCE, 1)), None)
            moved = await tx.rebalances.moved_since(begun.at) if begun is not None else 0
        return RebalanceView(found.plan, self.pace.moves_per_hour, found.waits_for, begun, moved, last)
