"""Users of OrbitVPN, judged one by one, and put in an order in which they can be recorded."""

import re
from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

from orbit_adapters.database_copy.referrers import in_order
from orbit_adapters.database_copy.validation import printable
from orbit_adapters.orbitvpn_import.parsing import Unreadable, is_true, moment, moment_or, smallest_units, whole
from orbit_adapters.orbitvpn_import.plan import ImportPlan, OldUser
from orbit_adapters.orbitvpn_import.reading import OldRow

_MAX_KOPECKS = 10**17
_LARGEST_ID = 2**52 - 1
_USERNAME = re.compile(r"[A-Za-z0-9_]{1,32}", re.ASCII)


def add_users(plan: ImportPlan, rows: tuple[OldRow, ...], zone: ZoneInfo, now: datetime) -> None:
    """Judge *rows* into *plan*; `subscription_end` is read in *zone*, the old machine's."""
    users = {}
    for row in rows:
        user = _user(plan, row, zone, now)
        if user is not None:
            users[user.tg_id] = user
    plan.users = _invited(plan, users)


def user_id(cell: str | None) -> int:
    """A Telegram id of a person. Raises Unreadable."""
    number = whole(cell)
    if not 0 < number <= _LARGEST_ID:
        raise Unreadable
    return number


def _user(plan: ImportPlan, row: OldRow, zone: ZoneInfo, now: datetime) -> OldUser | None:
    try:
        tg_id = user_id(row["tg_id"])
    except Unreadable:
        plan.refused.add("users without a sensible Telegram id", printable(f"user {row['tg_id']}"))
        return None
    created_at = moment_or(row["created_at"], now)
    ends_at = _end(plan, tg_id, row["subscription_end"], zone)
    # The trial came with /start, through the same door as purchases: either mark proves that it was given.
    had_time = ends_at is not None or not is_true(row["first_buy"], otherwise=True)
    username = row["username"] or ""
    is_name = _USERNAME.fullmatch(username) is not None and username != f"unknown_{tg_id}"
    return OldUser(
        tg_id=tg_id,
        username=username if is_name else None,
        language="ru" if (row["lang"] or "ru") == "ru" else "en",
        notify=is_true(row["notifications"], otherwise=True),
        balance_kopecks=_balance(plan, tg_id, row["balance"]),
        ends_at=ends_at,
        trial_used_at=created_at if had_time else None,
        referrer_id=_referrer(row["referrer_id"]),
        created_at=created_at,
    )


def _end(plan: ImportPlan, tg_id: int, cell: str | None, zone: ZoneInfo) -> datetime | None:
    try:
        return moment(cell, zone) if cell is not None else None
    except Unreadable:
        plan.refused.add("subscription ends that can't be read (the user comes without time)", f"user {tg_id}")
        return None


def _balance(plan: ImportPlan, tg_id: int, cell: str | None) -> int:
    try:
        kopecks = smallest_units(cell, 2) if cell is not None else 0
        if kopecks > _MAX_KOPECKS:
            raise Unreadable
    except Unreadable:
        plan.refused.add("balances that can't be read (the user comes with nothing)", f"user {tg_id}")
        return 0
    if kopecks < 0:
        plan.odd.add("negative balances: they come as nothing, the debt stays behind", f"user {tg_id}: {cell} RUB")
        return 0
    if cell is not None and kopecks * 100 != smallest_units(cell, 4):
        plan.odd.add("balances finer than a kopeck: rounded up", f"user {tg_id}: {printable(cell)} RUB")
    return kopecks


def _referrer(cell: str | None) -> int | None:
    try:
        return user_id(cell)
    except Unreadable:
        return None


def _invited(plan: ImportPlan, users: dict[int, OldUser]) -> list[OldUser]:
    """Inviters first. Nobody invites themselves, and nobody who isn't there invites anybody."""
    for tg_id, user in users.items():
        if user.referrer_id == tg_id or user.referrer_id not in users:
            if user.referrer_id is not None:
                plan.odd.add("invited by nobody who is there: they come uninvited", f"user {tg_id}")
            users[tg_id] = replace(user, referrer_id=None)
    ordered, circular = in_order({tg_id: user.referrer_id for tg_id, user in users.items()})
    for tg_id in circular:
        plan.odd.add("invited in a circle: this link of it is left out", f"user {tg_id}")
        users[tg_id] = replace(users[tg_id], referrer_id=None)
    return [users[tg_id] for tg_id in ordered]
