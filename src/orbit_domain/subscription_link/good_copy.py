"""The last good content of a key, kept so that a customer has it while a panel is down."""

import json
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Self

from orbit_domain.ids import KeyId, PanelId
from orbit_domain.subscription_link.content import Content
from orbit_domain.subscription_link.formats import SubscriptionFormat

FRESH = timedelta(minutes=5)
"""So long a panel isn't asked again: apps of one customer refresh together, and impatient people tap."""
KEPT_AFTER_LOSS = timedelta(hours=24)
"""How long a copy outlives an account that its panel doesn't know any more: until then it is made again."""


def copy_purpose(key_id: KeyId, wanted: SubscriptionFormat) -> str:
    """What a copy is sealed for: another key's copy never takes its place."""
    return f"good_copies.sealed:{key_id}:{wanted}"


class UnreadableCopy(ValueError):
    """The text isn't one that `written` has made for this credential."""


@dataclass(frozen=True, slots=True)
class GoodCopy:
    """Content of one key in one format, sealed: it opens the VPN. It was fetched from *panel_id* at that revision.

    `missing_since`: since when the panel says that it knows no such link.
    """

    key_id: KeyId
    format: SubscriptionFormat
    sealed: str
    panel_id: PanelId
    revision: int
    fetched_at: datetime
    missing_since: datetime | None = None

    def is_fresh(self, panel_id: PanelId | None, revision: int, now: datetime) -> bool:
        """Whether it is as good as asking the panel: the key is where and what it was, moments ago."""
        same = (self.panel_id, self.revision) == (panel_id, revision)
        return same and self.missing_since is None and timedelta(0) <= now - self.fetched_at < FRESH

    def lose(self, now: datetime) -> Self:
        """The panel doesn't know the link. The first time counts."""
        return self if self.missing_since is not None else replace(self, missing_since=now)

    def outlives_loss(self, now: datetime) -> bool:
        """Whether it may still be served although the panel doesn't know the link."""
        return self.missing_since is None or now - self.missing_since < KEPT_AFTER_LOSS


def written(content: Content, credential: str) -> bytes:
    """*content* as it is sealed, together with the *credential* that it is for."""
    return json.dumps([credential, content.used_bytes, content.parts], ensure_ascii=False).encode()


def read(plain: bytes, wanted: SubscriptionFormat, credential: str) -> Content:
    """The content that `written` wrote. Raises UnreadableCopy, also when the key has another credential now."""
    # Sealed by us, so the shape is wrong only after a change of this very format.
    with suppress(ValueError, TypeError):
        owner, used, parts = json.loads(plain)
        if owner == credential and isinstance(parts, list) and all(isinstance(part, str) for part in parts):
            return Content(wanted, tuple(parts), used if isinstance(used, int) else None)
    raise UnreadableCopy("not a copy of this key's content")
