"""The owner lets keys be spread again over the panels."""

from dataclasses import dataclass

from orbit_domain.access.rebalance import BEGUN, REBALANCE
from orbit_domain.clock import Clock
from orbit_domain.ids import Ids
from orbit_domain.steps.plan_moves import running_rebalance
from orbit_domain.steps.require_permission import Actor, permitted_actor
from orbit_domain.storage import AdminAction, Storage
from orbit_domain.user.permission import Permission


@dataclass(frozen=True, slots=True)
class StartRebalance:
    """From now on `RebalanceKeys` moves keys, in whatever process the worker runs, until it ends or is stopped."""

    storage: Storage
    clock: Clock
    ids: Ids

    async def __call__(self, actor: Actor, reason: str = "") -> bool:
        """Whether it begins now; one that runs goes on as it is. Raises NotPermitted."""
        async with self.storage.transaction() as tx:
            name = await permitted_actor(tx, actor, Permission.RUN_PANELS)
            if await running_rebalance(tx) is not None:
                return False
            await tx.admin_log.add(AdminAction(self.ids.uuid(), name, BEGUN, REBALANCE, reason, self.clock.now()))
        return True
