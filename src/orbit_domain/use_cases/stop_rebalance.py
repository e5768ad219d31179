"""The owner stops spreading keys over the panels."""

from dataclasses import dataclass

from orbit_domain.access.rebalance import REBALANCE, STOPPED
from orbit_domain.clock import Clock
from orbit_domain.ids import Ids
from orbit_domain.steps.plan_moves import running_rebalance
from orbit_domain.steps.require_permission import Actor, permitted_actor
from orbit_domain.storage import AdminAction, Storage
from orbit_domain.user.permission import Permission


@dataclass(frozen=True, slots=True)
class StopRebalance:
    """No further key begins to move. Those that were moved stay; those that move arrive."""

    storage: Storage
    clock: Clock
    ids: Ids

    async def __call__(self, actor: Actor, reason: str = "") -> int | None:
        """How many keys it has moved. None: none runs. Raises NotPermitted."""
        async with self.storage.transaction() as tx:
            name = await permitted_actor(tx, actor, Permission.RUN_PANELS)
            begun = await running_rebalance(tx)
            if begun is None:
                return None
            await tx.admin_log.add(AdminAction(self.ids.uuid(), name, STOPPED, REBALANCE, reason, self.clock.now()))
            return await tx.rebalances.moved_since(begun.at)
