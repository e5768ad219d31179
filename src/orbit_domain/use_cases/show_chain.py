"""How far a chain was read, what its scanner sees now, and why it stands still."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from orbit_domain.clock import Clock
from orbit_domain.payment.ports import Chain, ChainUnavailable
from orbit_domain.payment.transfer import Cursor, Scan, Transfer
from orbit_domain.storage import Storage


@dataclass(frozen=True, slots=True)
class ChainView:
    """One source as of `at`.

    `cursor` is None before the first scan. `logged` are the newest recorded transfers, newest first. `scan` is what
    a scan from the cursor proves now, `newest` the newest position that is shown; each is None when it can't be
    read, for the reason in `problems`.
    """

    source: str
    at: datetime
    cursor: Cursor | None
    logged: tuple[Transfer, ...]
    scan: Scan | None
    newest: Cursor | None
    problems: tuple[str, ...]

    @property
    def watermark_age(self) -> timedelta | None:
        """How old the watermark is, negative when it is later than now; None without one."""
        if self.cursor is None or self.cursor.watermark is None:
            return None
        return self.at - self.cursor.watermark


@dataclass(frozen=True, slots=True)
class ShowChain:
    """Read what is recorded, then look at the chain as a scan does. Nothing is changed."""

    storage: Storage
    clock: Clock
    chain: Chain

    async def __call__(self, limit: int = 10) -> ChainView:
        async with self.storage.transaction() as tx:
            cursor = await tx.cursors.get(self.chain.source)
            logged = await tx.transfers.newest(limit)
        scan = newest = None
        problems = []
        try:
            newest = await self.chain.newest()
        except ChainUnavailable as error:
            problems.append(str(error))
        try:
            scan = await self.chain.scan(cursor) if cursor else None
        except ChainUnavailable as error:
            problems.append(str(error))
        return ChainView(
            source=self.chain.source,
            at=self.clock.now(),
            cursor=cursor,
            logged=logged,
            scan=scan,
            newest=newest,
            problems=tuple(dict.fromkeys(problems)),
        )
