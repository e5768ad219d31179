"""What the staff sees first, and what was done last."""

from dataclasses import dataclass

from orbit_domain.ids import TelegramId
from orbit_domain.steps.already_done import named_actions
from orbit_domain.steps.require_permission import StaffMember, require_permission
from orbit_domain.storage import AdminAction, Storage
from orbit_domain.user.permission import PERMISSIONS, Permission
from orbit_domain.user.user import NoSuchUser, User

_PAGE = 8
_LAST_PAGE = 49


@dataclass(frozen=True, slots=True)
class AdminMenu:
    """Who looks, and what he may do."""

    user: User
    permissions: frozenset[Permission]


@dataclass(frozen=True, slots=True)
class OpenAdmin:
    """The menu of a role. Raises NoSuchUser."""

    storage: Storage
    owner: TelegramId | None

    async def __call__(self, tg_id: TelegramId) -> AdminMenu | None:
        """None for a user without a role."""
        async with self.storage.transaction() as tx:
            user = await tx.users.get(tg_id)
        if user is None:
            raise NoSuchUser(tg_id)
        user = StaffMember(tg_id, self.owner).with_role(user)
        return AdminMenu(user, PERMISSIONS[user.role]) if PERMISSIONS[user.role] else None


@dataclass(frozen=True, slots=True)
class AuditPage:
    """Actions, newest first, each with the username of whoever did it; *page* counts from zero."""

    user: User
    actions: tuple[tuple[AdminAction, str | None], ...]
    page: int
    has_more: bool


@dataclass(frozen=True, slots=True)
class ShowAudit:
    """A page of the log of what the staff did. Raises NotPermitted, NoSuchUser."""

    storage: Storage
    owner: TelegramId | None

    async def __call__(self, staff_id: TelegramId, page: int = 0) -> AuditPage:
        page = min(page, _LAST_PAGE)
        begin, end = page * _PAGE, (page + 1) * _PAGE
        async with self.storage.transaction() as tx:
            user = await require_permission(tx, StaffMember(staff_id, self.owner), Permission.SEE_AUDIT)
            rows = await tx.admin_log.newest(end + 1)
            shown = await named_actions(tx, rows[begin:end])
        return AuditPage(user, shown, page, len(rows) > end and page < _LAST_PAGE)
