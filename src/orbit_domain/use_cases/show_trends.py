"""How the shop went over a month or a year, for those who may see it."""

import asyncio
from dataclasses import dataclass, field
from datetime import timedelta

from orbit_domain.clock import Clock
from orbit_domain.ids import TelegramId
from orbit_domain.stats import Span, Trends, TrendsReader
from orbit_domain.steps.require_permission import StaffMember, find_permitted
from orbit_domain.storage import Storage
from orbit_domain.user.permission import Permission
from orbit_domain.user.user import User


@dataclass(frozen=True, slots=True)
class TrendsView:
    """The figures, and who reads them."""

    user: User
    trends: Trends


@dataclass(slots=True)
class ShowTrends:
    """Show them to the owner and the admins; for others nothing is counted. Raises NoSuchUser.

    The same figures are the answer while they are younger than `keep`, and concurrent calls wait for one count.
    """

    storage: Storage
    clock: Clock
    reader: TrendsReader
    owner: TelegramId | None
    keep: timedelta = timedelta(seconds=30)
    _last: dict[Span, Trends] = field(default_factory=dict, init=False, repr=False)
    _turn: asyncio.Lock = field(default_factory=asyncio.Lock, init=False, repr=False)

    async def __call__(self, tg_id: TelegramId, span: Span) -> TrendsView | None:
        """The figures; None for a user who may not see them."""
        async with self.storage.transaction() as tx:
            user = await find_permitted(tx, StaffMember(tg_id, self.owner), Permission.SEE_STATS)
        if user is None:
            return None
        return TrendsView(user, await self._read(span))

    async def _read(self, span: Span) -> Trends:
        async with self._turn:
            now, last = self.clock.now(), self._last.get(span)
            # A clock that was set back makes no answer fresh for ever.
            if last is None or not timedelta(0) <= now - last.at < self.keep:
                last = self._last[span] = await self.reader.read(now, span)
            return last
