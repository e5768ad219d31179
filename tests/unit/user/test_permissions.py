"""Who may do what, in full."""

import pytest

from orbit_domain.user.permission import PERMISSIONS, Permission
from orbit_domain.user.user import Role

WHO_MAY = {
    Permission.FIND_CUSTOMERS: {Role.SUPPORT, Role.ADMIN, Role.OWNER},
    Permission.WRITE_TO_CUSTOMERS: {Role.SUPPORT, Role.ADMIN, Role.OWNER},
    Permission.RETRY_DELIVERY: {Role.SUPPORT, Role.ADMIN, Role.OWNER},
    Permission.ASSIGN_MONEY: {Role.ADMIN, Role.OWNER},
    Permission.ADJUST_BALANCE: {Role.ADMIN, Role.OWNER},
    Permission.GRANT_DAYS: {Role.ADMIN, Role.OWNER},
    Permission.REFUND_ORDERS: {Role.ADMIN, Role.OWNER},
    Permission.BAN_CUSTOMERS: {Role.ADMIN, Role.OWNER},
    Permission.SEND_BROADCASTS: {Role.ADMIN, Role.OWNER},
    Permission.SEE_STATS: {Role.ADMIN, Role.OWNER},
    Permission.SEE_AUDIT: {Role.ADMIN, Role.OWNER},
    Permission.CHANGE_TEXTS: {Role.ADMIN, Role.OWNER},
    Permission.CHANGE_SETTINGS: {Role.OWNER},
    Permission.EDIT_OFFERS: {Role.OWNER},
    Permission.CHOOSE_CHATS: {Role.OWNER},
    Permission.RUN_PANELS: {Role.OWNER},
    Permission.RUN_BACKUPS: {Role.OWNER},
    Permission.APPOINT_STAFF: {Role.OWNER},
}


@pytest.mark.parametrize("permission", Permission)
def test_each_permission_belongs_to_just_these_roles(permission: Permission) -> None:
    """Every permission is listed here, and no role but the listed ones has it; a customer has none."""
    assert {role for role in Role if permission in PERMISSIONS[role]} == WHO_MAY[permission]
