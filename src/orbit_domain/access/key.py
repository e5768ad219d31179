"""One VPN account we want on a panel: what we desire, what was confirmed, and when to try again."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import count
from typing import Self
from uuid import UUID

from orbit_domain.access.account import Account, AccountState
from orbit_domain.ids import KeyId, PanelId, TelegramId
from orbit_domain.node.fleet import Place

_FIRST_RETRY_S = 5
_LONGEST_RETRY = timedelta(minutes=10)


def username_for(tg_id: TelegramId, number: int) -> str:
    """The panel name of a user's *number*-th key, counted from one; lower case, deterministic."""
    return f"orbit_{tg_id}" if number == 1 else f"orbit_{tg_id}_{number}"


def next_free_number(key: "Key", siblings: Iterable["Key"]) -> int:
    """The first number above that of *key* which none of its user's *siblings* has, as number or in its name."""
    others = list(siblings)
    numbers, names = {one.number for one in others}, {one.username for one in others}
    return next(n for n in count(key.number + 1) if n not in numbers and username_for(key.tg_id, n) not in names)


def new_number(keys: Sequence["Key"]) -> int:
    """The number of a further key beside a user's *keys*: above all of theirs, one for the first."""
    # Not a gap between them: a foreign account has the name of a number that was left.
    return next_free_number(max(keys, key=lambda key: key.number), keys) if keys else 1


def retry_after(attempts: int) -> timedelta:
    """How long to wait after *attempts* failures in a row: doubling from five seconds up to ten minutes."""
    return min(timedelta(seconds=_FIRST_RETRY_S << min(max(attempts, 1) - 1, 10)), _LONGEST_RETRY)


@dataclass(frozen=True, slots=True)
class Key:
    """A row of `configs`.

    `desired_revision` grows with every change we want, `applied_revision` follows when the panel has confirmed it.
    `credential` is ours, so that a lost account can be made again under the same links. `fence`
    grows with every claim: only the newest claimant's result is recorded.
    """

    id: KeyId
    tg_id: TelegramId
    name: str
    number: int
    username: str
    credential: UUID
    expires_at: datetime
    traffic_bytes: int
    created_at: datetime
    desired_revision: int = 1
    applied_revision: int = 0
    enabled: bool = True
    panel_id: PanelId | None = None
    node: str | None = None
    placement: tuple[str, ...] = ()
    subscription_url: str | None = None
    links: tuple[str, ...] = ()
    attempts: int = 0
    fence: int = 0
    next_attempt_at: datetime | None = None
    last_error: str | None = None

    @property
    def is_confirmed(self) -> bool:
        """Whether the panel has what we want."""
        return self.applied_revision >= self.desired_revision

    @property
    def is_wanted_anew(self) -> bool:
        """Whether a wanted change has had no failed attempt yet."""
        return not self.is_confirmed and self.attempts == 0

    @property
    def place_now(self) -> Place | None:
        """Where the key lives, None when it never had a place."""
        return Place(self.panel_id, self.node or "", self.placement) if self.panel_id is not None else None

    def request_change(self, expires_at: datetime, traffic_bytes: int, now: datetime) -> Self:
        """Desire another end or traffic, from now on."""
        return replace(
            self,
            expires_at=expires_at,
            traffic_bytes=traffic_bytes,
            enabled=True,
            desired_revision=self.desired_revision + 1,
            attempts=0,
            next_attempt_at=now,
        )

    def revoke(self, expires_at: datetime, now: datetime) -> Self:
        """Desire that it works no more, from now on. Whatever is paid later makes it work again."""
        changed = self.request_change(expires_at, self.traffic_bytes, now)
        return replace(changed, enabled=False)

    def place(self, panel_id: PanelId, node: str, placement: tuple[str, ...]) -> Self:
        """Live there: decided and stored before the panel is called."""
        return replace(self, panel_id=panel_id, node=node, placement=placement)

    def account(self, *, reset_traffic: bool = False) -> Account:
        """What the panel is asked for; *reset_traffic* while a newly paid order waits for this key."""
        return Account(
            key_id=self.id,
            username=self.username,
            credential=self.credential,
            placement=self.placement,
            expires_at=self.expires_at,
            traffic_bytes=self.traffic_bytes,
            enabled=self.enabled,
            reset_traffic=reset_traffic,
        )

    def confirm(self, desired_revision: int, state: AccountState) -> Self:
        """The panel has what we wanted at level *desired*. The first subscription link is kept while it lives."""
        kept = None if state.is_new else self.subscription_url
        return replace(
            self,
            applied_revision=max(self.applied_revision, desired_revision),
            subscription_url=kept or state.subscription_url,
            links=state.links,
            attempts=0,
            last_error=None,
        )

    def reapply(self, now: datetime) -> Self:
        """An older call may have reached the panel last: apply the wanted state once more."""
        return replace(self, desired_revision=self.desired_revision + 1, next_attempt_at=now)

    def rename(self, number: int, now: datetime) -> Self:
        """A foreign account has the name: take the *number*-th one at once."""
        return replace(self, number=number, username=username_for(self.tg_id, number), next_attempt_at=now)

    def postpone(self, reason: str, now: datetime) -> Self:
        """Record a failed attempt and try again later, for ever."""
        attempts = self.attempts + 1
        return replace(self, attempts=attempts, next_attempt_at=now + retry_after(attempts), last_error=reason[:300])
