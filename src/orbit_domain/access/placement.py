"""Where one key lives, moves to, or is still to be removed from: a row of `placements`."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Self

from orbit_domain.access.account import AccountState
from orbit_domain.ids import PanelId
from orbit_domain.node.fleet import Place

_FIRST_RETRY_S = 5
_LONGEST_RETRY = timedelta(minutes=10)
_REASON_CHARS = 300


def retry_after(attempts: int) -> timedelta:
    """How long to wait after *attempts* failures in a row: doubling from five seconds up to ten minutes."""
    return min(timedelta(seconds=_FIRST_RETRY_S << min(max(attempts, 1) - 1, 10)), _LONGEST_RETRY)


class PlacementState(StrEnum):
    """What a placement is to its key.

    HOME: the key lives here, or will when the panel has confirmed it; a key has exactly one. LEAVING: it is served from
    here until its home has confirmed. REMOVING: its account must go, however long the panel is away. GONE: it did.
    """

    HOME = "home"
    LEAVING = "leaving"
    REMOVING = "removing"
    GONE = "gone"


@dataclass(frozen=True, slots=True)
class Placement:
    """One place of a key, counted by `number` from zero.

    `panel_id` is None until a place was chosen; `groups` is what the account carries there (for Marzban: inbound tags).
    `desired_revision` grows with every change we want here, `applied_revision` follows when the panel has confirmed it.
    `is_refused`: the panel can't serve the key at this place. `fence` grows with every claim: only the newest
    claimant's result is recorded. `next_attempt_at` None: at once. `rebalanced_at`: when a rebalance chose it; None: it
    was chosen otherwise.
    """

    number: int
    username: str
    state: PlacementState = PlacementState.HOME
    panel_id: PanelId | None = None
    node: str | None = None
    groups: tuple[str, ...] = ()
    desired_revision: int = 1
    applied_revision: int = 0
    is_refused: bool = False
    subscription_url: str | None = None
    links: tuple[str, ...] = ()
    attempts: int = 0
    fence: int = 0
    next_attempt_at: datetime | None = None
    last_error: str | None = None
    confirmed_at: datetime | None = None
    rebalanced_at: datetime | None = None

    @property
    def place(self) -> Place | None:
        """Where it is, None while no place was chosen."""
        return Place(self.panel_id, self.node or "", self.groups) if self.panel_id is not None else None

    @property
    def is_wanted(self) -> bool:
        """Whether the panel should have the account."""
        return self.state in (PlacementState.HOME, PlacementState.LEAVING)

    @property
    def has_served(self) -> bool:
        """Whether the panel has confirmed the account, in whatever revision."""
        return self.applied_revision > 0

    @property
    def is_confirmed(self) -> bool:
        """Whether the panel has what we want here."""
        return not self.is_due_work

    @property
    def is_due_work(self) -> bool:
        """Whether something is still to be done here, now or later."""
        if self.is_wanted:
            return self.applied_revision < self.desired_revision
        return self.state is PlacementState.REMOVING

    def request_change(self, now: datetime) -> Self:
        """The account must follow the key, from now on. Nothing changes where it must not be any more."""
        if not self.is_wanted:
            return self
        return replace(self, desired_revision=self.desired_revision + 1, attempts=0, next_attempt_at=now)

    def reapply(self, now: datetime) -> Self:
        """An older call may have reached the panel last: do here once more what is wanted here now."""
        state = PlacementState.REMOVING if self.state is PlacementState.GONE else self.state
        return replace(self, state=state, desired_revision=self.desired_revision + 1, next_attempt_at=now)

    def leave(self, now: datetime) -> Self:
        """The key lives elsewhere from now on; what never served anybody is removed at once."""
        if self.has_served:
            return replace(self, state=PlacementState.LEAVING)
        return self.remove(now)

    def end(self, now: datetime) -> Self:
        """The key is deleted: what has served is switched off first, what no panel was asked for is gone."""
        if not self.is_wanted:
            return self
        return self.confirm_removal() if self.panel_id is None else replace(self.leave(now), is_refused=False)

    def remove(self, now: datetime) -> Self:
        """The account must go."""
        return replace(self, state=PlacementState.REMOVING, is_refused=False, attempts=0, next_attempt_at=now)

    def confirm_removal(self) -> Self:
        """The panel has no account of the key here any more."""
        return replace(
            self,
            state=PlacementState.GONE,
            applied_revision=0,
            subscription_url=None,
            links=(),
            attempts=0,
            next_attempt_at=None,
            last_error=None,
        )

    def confirm(self, revision: int, state: AccountState, now: datetime) -> Self:
        """The panel has what we wanted in *revision*. The first subscription link is kept while it lives.

        So are the single links of an account for which the panel shows none while it is off.
        """
        kept = None if state.is_new else self.subscription_url
        return replace(
            self,
            applied_revision=max(self.applied_revision, revision),
            subscription_url=kept or state.subscription_url,
            links=state.links or self.links,
            attempts=0,
            last_error=None,
            confirmed_at=now,
        )

    def refuse(self, reason: str, now: datetime) -> Self:
        """The panel can't serve the key at this place: another one is looked for at once."""
        return replace(self.postpone(reason, now), is_refused=True, next_attempt_at=now)

    def postpone(self, reason: str, now: datetime) -> Self:
        """Record a failed attempt and try again later, for ever: here, also when no other place was found."""
        attempts = self.attempts + 1
        return replace(
            self,
            is_refused=False,
            attempts=attempts,
            next_attempt_at=now + retry_after(attempts),
            last_error=reason[:_REASON_CHARS],
        )
