"""Users as they are named to the owner."""

import re

_USERNAME = re.compile(r"[A-Za-z0-9_]{4,32}", re.ASCII)


def username_of(username: str | None) -> str:
    """`@vera`; empty when there is no username that Telegram would take."""
    return f"@{username}" if username is not None and _USERNAME.fullmatch(username) else ""


def short_name(tg_id: int, username: str | None) -> str:
    """`@vera`, or the number of a user without a username."""
    return username_of(username) or str(tg_id)


def full_name(tg_id: int, username: str | None) -> str:
    """`@vera (42)`, or the number alone."""
    name = username_of(username)
    return f"{name} ({tg_id})" if name else str(tg_id)
