"""Configs of OrbitVPN, which are accounts on its panel, judged into keys."""

import re
from collections import Counter
from datetime import datetime
from uuid import uuid5

from orbit_adapters.database_copy.validation import printable
from orbit_adapters.orbitvpn_import.columns import OURS
from orbit_adapters.orbitvpn_import.parsing import Unreadable, is_true, moment_or, vless_id, whole, words
from orbit_adapters.orbitvpn_import.plan import ImportPlan, OldKey
from orbit_adapters.orbitvpn_import.reading import OldRow
from orbit_adapters.orbitvpn_import.users import user_id
from orbit_domain.access.key import username_for
from orbit_domain.ids import TelegramId

_NUMBER = re.compile(r"orbit_[0-9]+(?:_([1-9][0-9]{0,3}))?", re.ASCII)
_NAME_CHARS = 64


def add_keys(plan: ImportPlan, rows: tuple[OldRow, ...], now: datetime) -> None:
    """Judge *rows* into *plan*, whose users are there already, and give everybody who has paid time a key.

    The first VLESS link of a config is all that OrbitVPN kept. Two live configs with one panel login mean that one of
    the links is dead, and nothing says which.
    """
    live = [row for row in rows if not is_true(row["deleted"], otherwise=False)]
    if len(live) < len(rows):
        plan.odd.add("deleted configs: they stay behind", f"{len(rows) - len(live)} of {len(rows)}")
    logins = Counter(row["username"] for row in live)
    known = {user.tg_id for user in plan.users}
    for row in live:
        try:
            plan.keys.append(_key(row, known, logins, now))
        except Unreadable as reason:
            about = f"configs that can't be brought: {str(reason) or 'no sensible owner or number'}"
            plan.refused.add(about, printable(f"config {row['id']} of user {row['tg_id']}"))
    _promise_keys(plan, now)


def _key(row: OldRow, known: set[int], logins: Counter[str | None], now: datetime) -> OldKey:
    config_id, tg_id = whole(row["id"]), user_id(row["tg_id"])
    if tg_id not in known:
        raise Unreadable("the owner isn't there")
    login = row["username"] or ""
    found = _NUMBER.fullmatch(login)
    number = int(found.group(1) or 1) if found else 0
    if number == 0 or login != username_for(TelegramId(tg_id), number):
        raise Unreadable("the panel login isn't the owner's")
    if logins[login] > 1:
        raise Unreadable("several share one panel login")
    link = (row["vless_link"] or "").strip()
    try:
        vless_id(link)
    except Unreadable:
        raise Unreadable("the link is no VLESS link") from None
    name = words(row["name"], _NAME_CHARS) or "Orbit"
    return OldKey(uuid5(OURS, f"config:{config_id}"), tg_id, name, number, link, moment_or(row["created_at"], now))


def _promise_keys(plan: ImportPlan, now: datetime) -> None:
    has_key = {key.tg_id for key in plan.keys}
    for user in plan.users:
        if user.tg_id not in has_key and user.ends_at is not None and user.ends_at > now:
            plan.odd.add("paid time without a usable config: a new key is made", f"user {user.tg_id}")
            plan.keys.append(OldKey(uuid5(OURS, f"promised:{user.tg_id}"), user.tg_id, "Orbit", 1, None, now))
