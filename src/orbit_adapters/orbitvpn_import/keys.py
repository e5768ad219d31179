"""Plans keys from OrbitVPN's configs, which are accounts on its panel."""

import re
from collections import Counter
from datetime import datetime
from uuid import uuid5

from orbit_adapters.database_copy.validation import printable
from orbit_adapters.orbitvpn_import.columns import UUID_NAMESPACE
from orbit_adapters.orbitvpn_import.parsing import (
    UnreadableCell,
    parse_bool,
    parse_integer,
    parse_text,
    parse_time_or,
    parse_vless_id,
)
from orbit_adapters.orbitvpn_import.plan import ImportedKey, ImportPlan
from orbit_adapters.orbitvpn_import.reading import OrbitvpnRow
from orbit_adapters.orbitvpn_import.users import user_id
from orbit_domain.access.key import username_for
from orbit_domain.ids import TelegramId

_NUMBER = re.compile(r"orbit_[0-9]+(?:_([1-9][0-9]{0,3}))?", re.ASCII)
_NAME_CHARS = 64


def add_keys(plan: ImportPlan, rows: tuple[OrbitvpnRow, ...], now: datetime) -> None:
    """Add the keys in *rows* to *plan*, whose users are planned already, and a new key for each user who lacks one.

    OrbitVPN stored only the first VLESS link of a config. Two live configs with one panel login mean that one of
    the links is dead, and nothing says which.
    """
    live = [row for row in rows if not parse_bool(row["deleted"], otherwise=False)]
    if len(live) < len(rows):
        plan.warnings.add("deleted configs: not imported", f"{len(rows) - len(live)} of {len(rows)}")
    logins = Counter(row["username"] for row in live)
    known = {user.tg_id for user in plan.users}
    for row in live:
        try:
            plan.keys.append(_key(row, known, logins, now))
        except UnreadableCell as reason:
            about = f"configs that can't be imported: {str(reason) or 'invalid owner or number'}"
            plan.rejected.add(about, printable(f"config {row['id']} of user {row['tg_id']}"))
    _add_missing_keys(plan, now)


def _key(row: OrbitvpnRow, known: set[int], logins: Counter[str | None], now: datetime) -> ImportedKey:
    config_id, tg_id = parse_integer(row["id"]), user_id(row["tg_id"])
    if tg_id not in known:
        raise UnreadableCell("unknown owner")
    login = row["username"] or ""
    found = _NUMBER.fullmatch(login)
    number = int(found.group(1) or 1) if found else 0
    if number == 0 or login != username_for(TelegramId(tg_id), number):
        raise UnreadableCell("the panel login isn't the owner's")
    if logins[login] > 1:
        raise UnreadableCell("several share one panel login")
    link = (row["vless_link"] or "").strip()
    try:
        parse_vless_id(link)
    except UnreadableCell:
        raise UnreadableCell("the link is no VLESS link") from None
    name = parse_text(row["name"], _NAME_CHARS) or "Orbit"
    return ImportedKey(
        uuid5(UUID_NAMESPACE, f"config:{config_id}"), tg_id, name, number, link, parse_time_or(row["created_at"], now)
    )


def _add_missing_keys(plan: ImportPlan, now: datetime) -> None:
    has_key = {key.tg_id for key in plan.keys}
    for user in plan.users:
        if user.tg_id not in has_key and user.ends_at is not None and user.ends_at > now:
            plan.warnings.add("paid time without a usable config: a new key is created", f"user {user.tg_id}")
            plan.keys.append(
                ImportedKey(uuid5(UUID_NAMESPACE, f"promised:{user.tg_id}"), user.tg_id, "Orbit", 1, None, now)
            )
