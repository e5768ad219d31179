"""The owner lets a source that stands still continue from a position that is shown now."""

from dataclasses import dataclass

from orbit_domain.clock import Clock
from orbit_domain.ids import Ids
from orbit_domain.payment.source import ResetRefused, ResettableSource, SourceReset
from orbit_domain.storage import AdminAction, Storage

_TRIES = 10


@dataclass(frozen=True, slots=True)
class ResetSource:
    """Plan a reset and show it; call it with the plan to carry it out, with an audit row."""

    storage: Storage
    clock: Clock
    ids: Ids

    async def plan(self, source: ResettableSource, at: str | None = None) -> SourceReset:
        """Where reading would continue: at the record *at*, or where the source finds best.

        Raises ResetRefused, SourceUnavailable.
        """
        async with self.storage.transaction() as tx:
            before = await tx.cursors.get(source.name)
            recorded = await tx.source_records.newest(source.name, _TRIES)
        if before is None:
            raise ResetRefused("the chain was never read, so there is nothing to reset")
        return await source.plan_reset(before, recorded, at)

    async def __call__(self, reset: SourceReset, actor: str, reason: str) -> None:
        """Set the cursor as planned. A second time changes nothing. Raises ResetRefused."""
        before, after = reset.before, reset.after
        unproved = ", unproved after {} up to {}".format(*reset.unproved) if reset.unproved else ""
        async with self.storage.transaction() as tx:
            if await tx.cursors.get(before.source) == after:
                return
            if not await tx.cursors.move(before, after):
                raise ResetRefused("the scanner has read on meanwhile, so nothing was changed")
            await tx.admin_log.add(
                AdminAction(
                    id=self.ids.uuid(),
                    actor=actor,
                    action="reset_chain",
                    subject=before.source,
                    reason=f"{before.position or 'start'} to {after.position or 'start'}{unproved}: {reason}",
                    at=self.clock.now(),
                )
            )
