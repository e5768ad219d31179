"""The headers that apps read around a subscription. Everything in them is ours: nothing of a panel's is passed on."""

import base64
import re
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import quote

_PLAIN_NAME = re.compile(r"[^A-Za-z0-9 ._-]+")
_ANNOUNCE_CHARS = 200
"""What the app that shows the least shows."""
_HOURS, _HOURS_WHEN_OVER = 12, 1


@dataclass(frozen=True, slots=True)
class ProfileFacts:
    """What a subscription says of itself. Traffic in bytes, a total of 0 is unlimited; *used* None is taken as none.

    `ends_at` None: it doesn't end. `support_url` empty: nobody to write to.
    """

    title: str
    page_url: str
    support_url: str
    ends_at: datetime | None
    total_bytes: int = 0
    used_bytes: int | None = None
    announce: str = ""
    is_over: bool = False


def profile_headers(facts: ProfileFacts, *, omits_endless_expiry: bool, reads_announce: bool) -> dict[str, str]:
    """The headers for an app with these habits. All values are ASCII on one line."""
    headers = {
        "cache-control": "no-store, private",
        "content-disposition": _file_name(facts.title),
        "profile-title": _in_base64(facts.title),
        "profile-update-interval": str(_HOURS_WHEN_OVER if facts.is_over else _HOURS),
        "profile-web-page-url": facts.page_url,
        "subscription-userinfo": _user_info(facts, omits_endless_expiry=omits_endless_expiry),
        "x-robots-tag": "noindex, nofollow",
    }
    if facts.support_url:
        headers["support-url"] = facts.support_url
    if facts.announce and reads_announce:
        headers["announce"] = _in_base64(facts.announce[:_ANNOUNCE_CHARS])
    return headers


def _user_info(facts: ProfileFacts, *, omits_endless_expiry: bool) -> str:
    """No `;` at the end, and all four values: some apps fail otherwise."""
    values = [f"upload=0; download={facts.used_bytes or 0}; total={facts.total_bytes}"]
    if facts.ends_at is not None:
        values.append(f"expire={int(facts.ends_at.timestamp())}")
    elif not omits_endless_expiry:
        values.append("expire=0")
    return "; ".join(values)


def _file_name(title: str) -> str:
    """Apps take it for the profile's name. One of them needs the quotes, others know only the first form."""
    plain = " ".join(_PLAIN_NAME.sub(" ", title).split()) or "subscription"
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(title, safe='')}"


def _in_base64(text: str) -> str:
    return "base64:" + base64.b64encode(text.encode()).decode()
