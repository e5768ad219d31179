"""Move some keys so that panels bear alike, while a rebalance runs."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from orbit_domain.access.key import Key
from orbit_domain.access.rebalance import ENDED, REBALANCE, RebalancePace
from orbit_domain.access.repository import PanelRecord
from orbit_domain.clock import Clock
from orbit_domain.ids import Ids, KeyId
from orbit_domain.node.fleet import Node
from orbit_domain.node.rebalance import PlannedMove, RebalancePlan
from orbit_domain.steps.plan_moves import plan_moves, running_rebalance
from orbit_domain.storage import AdminAction, Storage, Transaction, retry_on_busy, transact
from orbit_domain.use_cases.read_fleet import ReadFleet

_ACTOR = "worker"
_Move = tuple[KeyId, PlannedMove]


@dataclass(frozen=True, slots=True)
class _Planned:
    """What a run wants to move, and what was recorded when that was planned: of the shop and of moves since a time."""

    begun: AdminAction
    records: tuple[PanelRecord, ...]
    since: datetime
    recent: int
    plan: RebalancePlan
    moves: tuple[_Move, ...]
    waits: bool


@dataclass(frozen=True, slots=True)
class RebalanceKeys:
    """Give the next keys another home, as an evacuation does: `ProvisionKeys` makes and removes the accounts.

    Nothing is remembered between runs but the moves themselves: each plans anew, so one that was killed goes on in any
    other process. To plan takes a while in a large shop, so it is done on a snapshot. All panels are held while a few
    keys move, and none moves unless panels and moves are still as they were planned on: so no two processes exceed the
    limit together, and none is drained or filled meanwhile.
    """

    storage: Storage
    clock: Clock
    ids: Ids
    read_fleet: ReadFleet
    pace: RebalancePace
    moved_at_once: int = 8

    async def __call__(self) -> int:
        """How many keys have begun to move. When nothing is left to move the rebalance ends."""
        if await transact(self.storage, running_rebalance) is None:
            return 0
        fleet = await retry_on_busy(self.read_fleet)
        planned = await retry_on_busy(lambda: self._plan(fleet))
        if planned is None or planned.waits:
            return 0
        if not planned.plan.moves:
            await transact(self.storage, partial(self._end, planned))
            return 0
        return await self._carry_out(planned)

    async def _plan(self, fleet: Sequence[Node]) -> _Planned | None:
        """The next moves; None when it was stopped, or ended by another worker."""
        now = self.clock.now()
        since = self.pace.counted_since(now)
        async with self.storage.snapshot() as tx:
            begun = await running_rebalance(tx)
            if begun is None:
                return None
            recent = await tx.rebalances.moved_since(since)
            limit = self.pace.moves_now(recent)
            found = await plan_moves(tx, fleet, self.pace, now, limit)
            waits = bool(found.waits_for) or not limit
            moves = () if waits else await self._chosen(tx, found.plan.moves, now)
            return _Planned(begun, await tx.panels.all(), since, recent, found.plan, moves, waits)

    async def _chosen(self, tx: Transaction, moves: Sequence[PlannedMove], now: datetime) -> tuple[_Move, ...]:
        """Each move with the key that makes it."""
        chosen = list[_Move]()
        for source in dict.fromkeys(move.source for move in moves):
            from_here = [move for move in moves if move.source == source]
            ids = await tx.rebalances.movable_on(source, now, self.pace.rested_since(now), len(from_here))
            chosen += zip(ids, from_here, strict=False)
        return tuple(chosen)

    async def _carry_out(self, planned: _Planned) -> int:
        moved = 0
        for begin in range(0, len(planned.moves), self.moved_at_once):
            some = planned.moves[begin : begin + self.moved_at_once]
            done = await transact(self.storage, partial(self._move_some, planned, moved, some))
            if done is None:
                break
            for move in done:
                self.read_fleet.count_keys.placed(move.target, move.source)
            moved += len(done)
        return moved

    async def _move_some(
        self, planned: _Planned, moved: int, moves: Sequence[_Move], tx: Transaction
    ) -> list[PlannedMove] | None:
        """The moves that were begun; None when the plan doesn't hold any more: the next run plans anew."""
        if not await _holds(tx, planned, moved):
            return None
        begun, now = list[PlannedMove](), self.clock.now()
        for key_id, move in moves:
            key = await tx.keys.lock(key_id)
            if key is not None and _may_move(key, move):
                await tx.keys.save(key.rebalance(move.target, now))
                begun.append(move)
        return begun

    async def _end(self, planned: _Planned, tx: Transaction) -> None:
        if await _holds(tx, planned, 0):
            moved = await tx.rebalances.moved_since(planned.begun.at)
            what = f"moved: {moved}; spread: {round(planned.plan.after * 100)} %"
            now = self.clock.now()
            await tx.admin_log.add(AdminAction(self.ids.uuid(), _ACTOR, ENDED, REBALANCE, what, now))


def _may_move(key: Key, move: PlannedMove) -> bool:
    """Whether the key still serves somebody at the move's source."""
    is_there = (key.panel_id, key.home.node) == (move.source.panel_id, move.source.node)
    return is_there and key.is_confirmed and key.enabled and not key.deleted


async def _holds(tx: Transaction, planned: _Planned, moved: int) -> bool:
    """Hold all panels. Whether nothing has changed since but the moves of this run, of which there were *moved*."""
    for record in sorted(planned.records, key=lambda record: record.id):
        await tx.panels.lock(record.id)
    return (
        await running_rebalance(tx) == planned.begun
        and await tx.panels.all() == planned.records
        and await tx.rebalances.moved_since(planned.since) == planned.recent + moved
    )
