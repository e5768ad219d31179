"""What is known of the replay that runs."""

from orbit_domain.backup.replay import ENDED, REPLAY, Replay
from orbit_domain.payment.source import ReceiptSources
from orbit_domain.steps.asked_work import running_work
from orbit_domain.storage import Transaction


async def replay_runs(tx: Transaction) -> bool:
    """Whether the shop was restored, and what was paid since its backup isn't read yet."""
    return await running_work(tx, REPLAY, ENDED) is not None


async def read_replay(tx: Transaction, sources: ReceiptSources) -> Replay | None:
    """How far it is; None: none runs."""
    began = await running_work(tx, REPLAY, ENDED)
    if began is None:
        return None
    known = {source.name for source in sources.all()}
    # What no setting names any more, and can't be read, holds up nothing: an old account of a method that is gone.
    behind = tuple(
        cursor.source
        for cursor in await tx.cursors.all()
        if (cursor.source in known or sources.get(cursor.source) is not None)
        and (cursor.watermark is None or cursor.watermark < began.at)
    )
    return Replay(began.at, began.actor, began.reason, behind, is_settled=not await tx.payments_due.any_untried())
