"""The owner lets a stopped scanner continue from a position that is shown now."""

from dataclasses import dataclass

from orbit_domain.clock import Clock
from orbit_domain.ids import Ids
from orbit_domain.payment.ports import Chain
from orbit_domain.payment.transfer import Cursor, Transfer
from orbit_domain.storage import AdminAction, Storage

_TRIES = 10


class ChainResetRefused(Exception):
    """The cursor can't be set. The message says why; nothing was changed."""


@dataclass(frozen=True, slots=True)
class ChainReset:
    """A cursor and the one to take its place, without a watermark: what is covered is proved anew.

    `unproved`: after which lt and up to which lt no transaction was proved, so that money in it may never be
    booked by itself; None when everything is read again from a known position.
    """

    before: Cursor
    after: Cursor
    unproved: tuple[int, int] | None


@dataclass(frozen=True, slots=True)
class ResetChain:
    """Plan a reset and show it; call it with the plan to carry it out, with an audit row."""

    storage: Storage
    clock: Clock
    ids: Ids
    chain: Chain

    async def plan(self, lt: int | None = None) -> ChainReset:
        """Where reading would continue: at *lt*, or at the newest position that was read and is shown alike now.

        Without such a position reading continues after the newest transaction that is shown.
        Raises ChainResetRefused, ChainUnavailable.
        """
        async with self.storage.transaction() as tx:
            before = await tx.cursors.get(self.chain.source)
            logged = await tx.transfers.newest(_TRIES)
        if before is None:
            raise ChainResetRefused("the chain was never read, so there is nothing to reset")
        read = [(one.lt, one.tx_hash) for one in logged if self._is_ours(one) and one.lt < before.lt]
        if lt is not None:
            return await self._at(lt, before, dict(read))
        for known_lt, known_hash in ((before.lt, before.tx_hash), *read):
            shown = await self.chain.position(known_lt)
            if shown is not None and shown.tx_hash == known_hash:
                return ChainReset(before, shown, None)
        newest = await self.chain.newest()
        known_up_to = before.lt if newest.lt > before.lt else 0
        return ChainReset(before, newest, (known_up_to, newest.lt))

    async def __call__(self, reset: ChainReset, actor: str, reason: str) -> None:
        """Set the cursor as planned. A second time changes nothing. Raises ChainResetRefused."""
        before, after = reset.before, reset.after
        unproved = ", unproved after {} up to {}".format(*reset.unproved) if reset.unproved else ""
        async with self.storage.transaction() as tx:
            if await tx.cursors.get(before.source) == after:
                return
            if not await tx.cursors.move(before, after):
                raise ChainResetRefused("the scanner has read on meanwhile, so nothing was changed")
            await tx.admin_log.add(
                AdminAction(
                    id=self.ids.uuid(),
                    actor=actor,
                    action="reset_chain",
                    subject=before.source,
                    reason=f"lt {before.lt} to lt {after.lt}{unproved}: {reason}",
                    at=self.clock.now(),
                )
            )

    async def _at(self, lt: int, before: Cursor, read: dict[int, str]) -> ChainReset:
        shown = await self.chain.position(lt)
        if shown is None:
            raise ChainResetRefused(f"no transaction with lt {lt} is shown now")
        if lt > before.lt:
            return ChainReset(before, shown, (before.lt, lt))
        known = before.tx_hash if lt == before.lt else read.get(lt, shown.tx_hash)
        return ChainReset(before, shown, None if shown.tx_hash == known else (lt - 1, lt))

    def _is_ours(self, transfer: Transfer) -> bool:
        return self.chain.source.endswith(f":{transfer.network}:{transfer.account}")
