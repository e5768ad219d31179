"""A customer chooses what to be told, and when."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from orbit_domain.clock import Clock
from orbit_domain.ids import TelegramId
from orbit_domain.notice_settings.notice_settings import NoticeGroup, NoticeSettings, QuietHours, UtcOffset
from orbit_domain.storage import Storage
from orbit_domain.user.user import NoSuchUser, User


@dataclass(frozen=True, slots=True)
class NoticesView:
    """What *user* wants to be told, at *now*."""

    user: User
    now: datetime


@dataclass(frozen=True, slots=True)
class ShowNotices:
    """The switches and the quiet hours. Raises NoSuchUser."""

    storage: Storage
    clock: Clock

    async def __call__(self, tg_id: TelegramId) -> NoticesView:
        async with self.storage.transaction() as tx:
            user = await tx.users.get(tg_id)
        if user is None:
            raise NoSuchUser(tg_id)
        return NoticesView(user, self.clock.now())


@dataclass(frozen=True, slots=True)
class ChooseNotices:
    """Change one of the settings; the same choice again changes nothing. Raises NoSuchUser."""

    storage: Storage
    clock: Clock

    async def switch(self, tg_id: TelegramId, group: NoticeGroup, *, on: bool) -> NoticesView:
        """Send notices of *group*, or send none."""
        return await self._change(tg_id, lambda chosen: chosen.switch(group, on=on))

    async def quiet(self, tg_id: TelegramId, hours: QuietHours | None) -> NoticesView:
        """Keep quiet in these hours, or in none."""
        return await self._change(tg_id, lambda chosen: replace(chosen, quiet_hours=hours))

    async def clock_is(self, tg_id: TelegramId, offset: UtcOffset) -> NoticesView:
        """The customer's clock is so far ahead of UTC."""
        return await self._change(tg_id, lambda chosen: replace(chosen, offset=offset))

    async def _change(self, tg_id: TelegramId, change: Callable[[NoticeSettings], NoticeSettings]) -> NoticesView:
        async with self.storage.transaction() as tx:
            user = await tx.users.lock(tg_id)
            chosen = change(user.notices)
            if chosen != user.notices:
                await tx.users.set_notices(tg_id, chosen)
        return NoticesView(replace(user, notices=chosen), self.clock.now())
