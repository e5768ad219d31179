"""Move some keys so that panels bear alike, while a rebalance runs."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from functools import partial

from orbit_domain.access.rebalance import ENDED, REBALANCE, RebalancePace
from orbit_domain.clock import Clock
from orbit_domain.ids import Ids
from orbit_domain.node.fleet import Node
from orbit_domain.node.rebalance import PlannedMove
from orbit_domain.steps.plan_moves import plan_moves, running_rebalance
from orbit_domain.storage import AdminAction, Storage, Transaction, retry_on_busy, transact
from orbit_domain.use_cases.read_fleet import ReadFleet

_ACTOR = "worker"


@dataclass(frozen=True, slots=True)
class RebalanceKeys:
    """Give the next keys another home, as an evacuation does: `ProvisionKeys` makes and removes the accounts.

    Nothing is remembered between runs but the moves themselves: each plans anew, so one that was killed goes on in any
    other process. All panels are held while keys move, so that no two processes exceed the limit together, and none
    is drained or filled meanwhile.
    """

    storage: Storage
    clock: Clock
    ids: Ids
    read_fleet: ReadFleet
    pace: RebalancePace

    async def __call__(self) -> int:
        """How many keys have begun to move. When nothing is left to move the rebalance ends."""
        if await transact(self.storage, running_rebalance) is None:
            return 0
        fleet = await retry_on_busy(self.read_fleet)
        moved = await transact(self.storage, partial(self._move_some, fleet))
        for move in moved:
            self.read_fleet.count_keys.placed(move.target, move.source)
        return len(moved)

    async def _move_some(self, fleet: Sequence[Node], tx: Transaction) -> tuple[PlannedMove, ...]:
        now = self.clock.now()
        for panel_id in sorted(record.id for record in await tx.panels.all()):
            await tx.panels.lock(panel_id)
        begun = await running_rebalance(tx)
        if begun is None:
            return ()  # Stopped, or ended by another worker.
        limit = self.pace.moves_now(await tx.rebalances.moved_since(self.pace.counted_since(now)))
        found = await plan_moves(tx, fleet, self.pace, now, limit)
        if found.waits_for or not limit:
            return ()
        if not found.plan.moves:
            await self._end(tx, await tx.rebalances.moved_since(begun.at), found.plan.after, now)
        return await self._move(tx, found.plan.moves, now)

    async def _move(self, tx: Transaction, moves: Sequence[PlannedMove], now: datetime) -> tuple[PlannedMove, ...]:
        moved = []
        for source in dict.fromkeys(move.source for move in moves):
            from_here = [move for move in moves if move.source == source]
            ids = await tx.rebalances.movable_on(source, now, self.pace.rested_since(now), len(from_here))
            for key_id, move in zip(ids, from_here, strict=False):
                key = await tx.keys.lock(key_id)
                if key is not None and key.is_confirmed and key.panel_id == source.panel_id:
                    await tx.keys.save(key.rebalance(move.target, now))
                    moved.append(move)
        return tuple(moved)

    async def _end(self, tx: Transaction, moved: int, spread: Fraction, now: datetime) -> None:
        what = f"moved: {moved}; spread: {round(spread * 100)} %"
        await tx.admin_log.add(AdminAction(self.ids.uuid(), _ACTOR, ENDED, REBALANCE, what, now))
