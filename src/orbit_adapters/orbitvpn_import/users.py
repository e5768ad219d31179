"""Plans users from OrbitVPN's, in an order in which they can be inserted."""

import re
from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

from orbit_adapters.database_copy.rows import order_by_referrer
from orbit_adapters.database_copy.validation import printable
from orbit_adapters.orbitvpn_import.parsing import (
    UnreadableCell,
    parse_bool,
    parse_integer,
    parse_time,
    parse_time_or,
    parse_units,
)
from orbit_adapters.orbitvpn_import.plan import ImportedUser, ImportPlan
from orbit_adapters.orbitvpn_import.reading import OrbitvpnRow

_MAX_KOPECKS = 10**17
_LARGEST_ID = 2**52 - 1
_USERNAME = re.compile(r"[A-Za-z0-9_]{1,32}", re.ASCII)


def add_users(plan: ImportPlan, rows: tuple[OrbitvpnRow, ...], zone: ZoneInfo, now: datetime) -> None:
    """Add the users in *rows* to *plan*; `subscription_end` is read in *zone*, the old machine's."""
    users = {}
    for row in rows:
        user = _user(plan, row, zone, now)
        if user is not None:
            users[user.tg_id] = user
    plan.users = _order_by_referrer(plan, users)


def user_id(cell: str | None) -> int:
    """A Telegram id of a person. Raises UnreadableCell."""
    number = parse_integer(cell)
    if not 0 < number <= _LARGEST_ID:
        raise UnreadableCell
    return number


def _user(plan: ImportPlan, row: OrbitvpnRow, zone: ZoneInfo, now: datetime) -> ImportedUser | None:
    try:
        tg_id = user_id(row["tg_id"])
    except UnreadableCell:
        plan.rejected.add("users without a valid Telegram id", printable(f"user {row['tg_id']}"))
        return None
    created_at = parse_time_or(row["created_at"], now)
    ends_at = _end(plan, tg_id, row["subscription_end"], zone)
    # The trial was given at /start and recorded like a purchase: either field proves that it was used.
    had_time = ends_at is not None or not parse_bool(row["first_buy"], otherwise=True)
    username = row["username"] or ""
    is_name = _USERNAME.fullmatch(username) is not None and username != f"unknown_{tg_id}"
    return ImportedUser(
        tg_id=tg_id,
        username=username if is_name else None,
        language="ru" if (row["lang"] or "ru") == "ru" else "en",
        notify=parse_bool(row["notifications"], otherwise=True),
        balance_kopecks=_balance(plan, tg_id, row["balance"]),
        ends_at=ends_at,
        trial_used_at=created_at if had_time else None,
        referrer_id=_referrer(row["referrer_id"]),
        created_at=created_at,
    )


def _end(plan: ImportPlan, tg_id: int, cell: str | None, zone: ZoneInfo) -> datetime | None:
    try:
        return parse_time(cell, zone) if cell is not None else None
    except UnreadableCell:
        plan.rejected.add("subscription ends that can't be read (the user is imported without time)", f"user {tg_id}")
        return None


def _balance(plan: ImportPlan, tg_id: int, cell: str | None) -> int:
    try:
        kopecks = parse_units(cell, 2) if cell is not None else 0
        if kopecks > _MAX_KOPECKS:
            raise UnreadableCell
    except UnreadableCell:
        plan.rejected.add("balances that can't be read (the user is imported with zero)", f"user {tg_id}")
        return 0
    if kopecks < 0:
        plan.warnings.add("negative balances: imported as zero, the debt isn't imported", f"user {tg_id}: {cell} RUB")
        return 0
    if cell is not None and kopecks * 100 != parse_units(cell, 4):
        plan.warnings.add("balances finer than a kopeck: rounded up", f"user {tg_id}: {printable(cell)} RUB")
    return kopecks


def _referrer(cell: str | None) -> int | None:
    try:
        return user_id(cell)
    except UnreadableCell:
        return None


def _order_by_referrer(plan: ImportPlan, users: dict[int, ImportedUser]) -> list[ImportedUser]:
    """Users, referrers first. A referrer who is unknown or the user themselves is dropped."""
    for tg_id, user in users.items():
        if user.referrer_id == tg_id or user.referrer_id not in users:
            if user.referrer_id is not None:
                plan.warnings.add("unknown referrers: imported without a referrer", f"user {tg_id}")
            users[tg_id] = replace(user, referrer_id=None)
    ordered, circular = order_by_referrer({tg_id: user.referrer_id for tg_id, user in users.items()})
    for tg_id in circular:
        plan.warnings.add("referrers in a cycle: this one is dropped", f"user {tg_id}")
        users[tg_id] = replace(users[tg_id], referrer_id=None)
    return [users[tg_id] for tg_id in ordered]
