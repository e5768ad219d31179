"""Forget data that nothing needs any more, some rows at a time."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from orbit_domain.clock import Clock
from orbit_domain.old_data.old_data import OldData, old_since
from orbit_domain.old_data.repository import OldRow
from orbit_domain.storage import Storage, Transaction, transact

Told = Callable[[OldData, int], None]
"""Hears after each batch how many rows of that kind it has cleaned."""


def tell_nobody(_kind: OldData, _count: int) -> None:
    """For the worker."""


@dataclass(frozen=True, slots=True)
class CleanOldData:
    """Read a page beside the sales, then forget its rows in one short transaction, and so on.

    A batch is so small that SQLite's one writer is held for some hundredths of a second.
    Nothing is remembered between runs: what is forgotten isn't found again, so one that was killed goes on in any other
    process, and two at once share the work.
    """

    storage: Storage
    clock: Clock
    batch: int = 100
    step: int = 100

    async def __call__(self, *, whole: bool = False, told: Told = tell_nobody) -> Mapping[OldData, int]:
        """How many rows of each kind were cleaned: a *step* of batches of each, or the *whole*."""
        now, batches = self.clock.now(), None if whole else self.step
        return {kind: await self._clean(kind, old_since(kind, now), batches, told) for kind in OldData}

    async def _clean(self, kind: OldData, before: datetime, batches: int | None, told: Told) -> int:
        cleaned, after = 0, None
        while batches is None or batches > 0:
            page = await self._page(kind, before, after)
            if page:
                done = await transact(self.storage, partial(_forget, kind, before, page))
                cleaned += done
                told(kind, done)
            if len(page) < self.batch:
                break
            after = page[-1]
            batches = None if batches is None else batches - 1
        return cleaned

    async def _page(self, kind: OldData, before: datetime, after: OldRow | None) -> Sequence[OldRow]:
        async with self.storage.snapshot() as tx:
            return await tx.old_data.page(kind, before, after, self.batch)


async def _forget(kind: OldData, before: datetime, page: Sequence[OldRow], tx: Transaction) -> int:
    return await tx.old_data.forget(kind, before, page)
