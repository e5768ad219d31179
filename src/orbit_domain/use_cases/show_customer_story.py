"""A customer's story for the staff, in pages."""

from dataclasses import dataclass

from orbit_domain.ids import TelegramId
from orbit_domain.steps.require_permission import StaffMember, require_permission
from orbit_domain.storage import Storage
from orbit_domain.use_cases.show_timeline import Event, ShowTimeline
from orbit_domain.user.permission import Permission
from orbit_domain.user.user import User

_PAGE = 8


@dataclass(frozen=True, slots=True)
class StoryPage:
    """Events, newest first; *page* counts from zero."""

    user: User
    customer: TelegramId
    events: tuple[Event, ...]
    page: int
    has_more: bool


@dataclass(frozen=True, slots=True)
class ShowCustomerStory:
    """A page of the story. Raises NotPermitted, NoSuchUser."""

    storage: Storage
    show_timeline: ShowTimeline
    owner: TelegramId | None

    async def __call__(self, staff_id: TelegramId, tg_id: TelegramId, page: int = 0) -> StoryPage:
        async with self.storage.transaction() as tx:
            user = await require_permission(tx, StaffMember(staff_id, self.owner), Permission.FIND_CUSTOMERS)
        newest = (await self.show_timeline(tg_id))[::-1]
        # A page beyond the end is the last one.
        page = min(page, max(0, (len(newest) - 1) // _PAGE))
        end = (page + 1) * _PAGE
        return StoryPage(user, tg_id, newest[page * _PAGE : end], page, len(newest) > end)
