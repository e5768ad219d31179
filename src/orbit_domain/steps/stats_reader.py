"""Who may see how the shop is."""

from orbit_domain.steps.require_permission import StaffMember
from orbit_domain.storage import Transaction
from orbit_domain.user.permission import PERMISSIONS, Permission
from orbit_domain.user.user import NoSuchUser, User


async def stats_reader(tx: Transaction, staff: StaffMember) -> User | None:
    """The user, as recorded; None for one who may not see it, and isn't told that it is there. Raises NoSuchUser."""
    user = await tx.users.get(staff.tg_id)
    if user is None:
        raise NoSuchUser(staff.tg_id)
    return user if Permission.SEE_STATS in PERMISSIONS[staff.with_role(user).role] else None
