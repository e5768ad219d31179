"""What the opening page says about a subscription. No name, no balance, no payments: the link may be passed on."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class PageState(StrEnum):
    """What its reader has to know first. In GRACE the keys still work."""

    ACTIVE = "active"
    GRACE = "grace"
    ENDED = "ended"
    EXHAUSTED = "exhausted"
    DISABLED = "disabled"


@dataclass(frozen=True, slots=True, kw_only=True)
class OpeningPageFacts:
    """The facts of one page.

    `subscription_url` is the address of the page itself: http or https, a plain path, no query. `ends_at` is the end of
    what was paid for, also in GRACE; None: no end. `used_bytes` None: not known. `traffic_bytes` is the limit, 0: none.
    `device_limit` None: not counted against one. `title` is the shop's name. With `now` the page says how much time is
    left.
    """

    subscription_url: str
    state: PageState
    ends_at: datetime | None
    used_bytes: int | None
    traffic_bytes: int
    title: str
    device_count: int | None = None
    device_limit: int | None = None
    bot_url: str | None = None
    now: datetime | None = None
