"""Steps with data that nothing needs any more, in every storage."""

from datetime import datetime

from hypothesis import strategies as st
from hypothesis.stateful import rule

from orbit_domain.old_data.old_data import OldData
from orbit_domain.storage import Transaction
from tests.integration.agreeing_storages import failures, minutes
from tests.integration.agreeing_support import AgreeingSupport

# The databases let no text go that was stored lately, whatever time it is in a test.
_KINDS = (OldData.NOTICES, OldData.DEAD_NOTICES, OldData.KEY_LINKS)


class AgreeingOldData(AgreeingSupport):
    """What is forgotten, beside the steps of the support."""

    @rule(kind=st.sampled_from(_KINDS), before=minutes, limit=st.integers(1, 3), fails=failures)
    def forget(self, kind: OldData, before: datetime, limit: int, fails: bool) -> None:
        async def step(tx: Transaction) -> tuple[object, ...]:
            first = await tx.old_data.page(kind, before, None, limit)
            more = await tx.old_data.page(kind, before, first[-1], limit) if first else ()
            count = await tx.old_data.count(kind, before, limit)
            lost = await tx.outbox.lost_since(before)
            return first, more, count, lost, await tx.old_data.forget(kind, before, first)

        self.all(step, fails=fails)
