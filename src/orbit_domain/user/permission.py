"""What each role may do beyond buying. Whatever isn't in this table, nobody but the server's command line may."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from orbit_domain.user.user import Role


class Permission(StrEnum):
    """One thing that staff may be allowed to do."""

    FIND_CUSTOMERS = "find_customers"
    WRITE_TO_CUSTOMERS = "write_to_customers"
    RETRY_DELIVERY = "retry_delivery"
    ASSIGN_MONEY = "assign_money"
    ADJUST_BALANCE = "adjust_balance"
    GRANT_DAYS = "grant_days"
    REFUND_ORDERS = "refund_orders"
    BAN_CUSTOMERS = "ban_customers"
    SEND_BROADCASTS = "send_broadcasts"
    SEE_STATS = "see_stats"
    SEE_AUDIT = "see_audit"
    CHANGE_TEXTS = "change_texts"
    CHANGE_SETTINGS = "change_settings"
    RUN_PANELS = "run_panels"
    RUN_BACKUPS = "run_backups"
    EDIT_OFFERS = "edit_offers"
    APPOINT_STAFF = "appoint_staff"
    CHOOSE_CHATS = "choose_chats"


_SUPPORT: Final = frozenset({Permission.FIND_CUSTOMERS, Permission.WRITE_TO_CUSTOMERS, Permission.RETRY_DELIVERY})
_ADMIN: Final = _SUPPORT | {
    Permission.ASSIGN_MONEY,
    Permission.ADJUST_BALANCE,
    Permission.GRANT_DAYS,
    Permission.REFUND_ORDERS,
    Permission.BAN_CUSTOMERS,
    Permission.SEND_BROADCASTS,
    Permission.CHANGE_TEXTS,
    Permission.SEE_STATS,
    Permission.SEE_AUDIT,
}
_OWNER: Final = _ADMIN | {
    Permission.CHANGE_SETTINGS,
    Permission.EDIT_OFFERS,
    Permission.RUN_PANELS,
    Permission.RUN_BACKUPS,
    Permission.APPOINT_STAFF,
    Permission.CHOOSE_CHATS,
}

PERMISSIONS: Final[Mapping[Role, frozenset[Permission]]] = {
    Role.CUSTOMER: frozenset(),
    Role.SUPPORT: _SUPPORT,
    Role.ADMIN: _ADMIN,
    Role.OWNER: _OWNER,
}
"""Every role and all that it may do. Each role may do what the one below it may."""
