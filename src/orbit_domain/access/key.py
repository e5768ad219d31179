"""One VPN account that a customer has: what we desire of it, and the places where it is or was."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import count
from typing import Self
from uuid import UUID

from orbit_domain.access.account import Account, AccountState, TrafficQuota
from orbit_domain.access.placement import Placement, PlacementState, retry_after
from orbit_domain.ids import KeyId, Nonce, PanelId, TelegramId
from orbit_domain.node.fleet import Place


def username_for(tg_id: TelegramId, number: int) -> str:
    """The panel name of a user's *number*-th key, counted from one; lower case, deterministic."""
    return f"orbit_{tg_id}" if number == 1 else f"orbit_{tg_id}_{number}"


def name_for(number: int) -> str:
    """What a user's *number*-th key is called until the customer names it."""
    return "Orbit" if number == 1 else f"Orbit {number}"


def unplaced(tg_id: TelegramId, number: int, now: datetime | None) -> tuple[Placement, ...]:
    """The placements of a new key: a home without a panel, which waits for one from *now* on."""
    return (Placement(0, username_for(tg_id, number), next_attempt_at=now),)


def next_free_number(key: "Key", siblings: Iterable["Key"]) -> int:
    """The first number above that of *key* which none of its user's *siblings* has, as number or in a name."""
    others = list(siblings)
    numbers = {one.number for one in others}
    names = {placement.username for one in others for placement in one.placements}
    return next(n for n in count(key.number + 1) if n not in numbers and username_for(key.tg_id, n) not in names)


def new_number(keys: Sequence["Key"]) -> int:
    """The number of a further key beside a user's *keys*: above all of theirs, one for the first."""
    # Not a gap between them: a foreign account has the name of a number that was left.
    return next_free_number(max(keys, key=lambda key: key.number), keys) if keys else 1


@dataclass(frozen=True, slots=True)
class Key:
    """A row of `configs` with its `placements`, in the order of their numbers.

    `credential` is ours, so that a lost account can be made again under the same links. `region` is where the customer
    wants it, None: anywhere. `nonce` is that of the button that made it. A `deleted` key has no home and never comes
    back: its row says what is still to be removed.
    """

    id: KeyId
    tg_id: TelegramId
    name: str
    number: int
    credential: UUID
    expires_at: datetime
    traffic_bytes: int
    created_at: datetime
    placements: tuple[Placement, ...]
    enabled: bool = True
    region: str | None = None
    nonce: Nonce | None = None
    deleted: bool = False

    @property
    def home(self) -> Placement:
        """Where the key lives, or will; of a deleted key the last of its places."""
        return next((one for one in self.placements if one.state is PlacementState.HOME), self.placements[-1])

    @property
    def serving(self) -> Placement:
        """The placement whose links work now: home once it has confirmed, until then the one being left."""
        leaving = (one for one in self.placements if one.state is PlacementState.LEAVING)
        return self.home if self.home.has_served else next(leaving, self.home)

    @property
    def username(self) -> str:
        """The name of its account at home."""
        return self.home.username

    @property
    def panel_id(self) -> PanelId | None:
        """The panel of its home, None while no place was chosen."""
        return self.home.panel_id

    @property
    def subscription_url(self) -> str | None:
        """The panel's own subscription link that works now."""
        return self.serving.subscription_url

    @property
    def links(self) -> tuple[str, ...]:
        """The single links that work now."""
        return self.serving.links

    @property
    def is_confirmed(self) -> bool:
        """Whether the panel of its home has what we want."""
        return self.home.is_confirmed

    @property
    def is_wanted_anew(self) -> bool:
        """Whether something is to be done at one of its places, without a failed attempt yet."""
        return any(one.is_due_work and one.attempts == 0 for one in self.placements)

    @property
    def traffic(self) -> TrafficQuota:
        """What it may carry; zero bytes are no limit."""
        return TrafficQuota(self.traffic_bytes or None)

    def placement(self, number: int) -> Placement:
        """The placement of that number. Raises IndexError."""
        return self.placements[number]

    def request_change(self, expires_at: datetime, traffic_bytes: int, now: datetime) -> Self:
        """Desire another end or traffic, from now on, wherever the key is served. A deleted key stays deleted."""
        if self.deleted:
            return self
        changed = replace(self, expires_at=expires_at, traffic_bytes=traffic_bytes, enabled=True)
        return changed._each(lambda one: one.request_change(now))

    def revoke(self, expires_at: datetime, now: datetime) -> Self:
        """Desire that it works no more, from now on. Whatever is paid later makes it work again."""
        return replace(self.request_change(expires_at, self.traffic_bytes, now), enabled=False)

    def delete(self, now: datetime) -> Self:
        """Desire that it is gone, for ever: switched off wherever it has served, removed once that is confirmed."""
        if self.deleted:
            return self
        off = replace(self.revoke(self.expires_at, now), deleted=True)
        return off._each(lambda one: one.end(now))

    def erase_name(self) -> Self:
        """Forget what the customer called it."""
        return replace(self, name=name_for(self.number))

    def place_anywhere(self, now: datetime) -> Self:
        """No region is wanted any more: a key that waits for a place looks for one at once."""
        home = replace(self.home, attempts=0, next_attempt_at=now) if self.home.panel_id is None else self.home
        return replace(self, region=None)._put(home)

    def place(self, place: Place, now: datetime) -> Self:
        """Live at *place*: decided and stored before its panel is called. A deleted key lives nowhere.

        On another panel than before the old account stays until the new one is confirmed, and is removed then, however
        long its panel is away. An account that perhaps exists and never served is removed at once.
        """
        if self.deleted:
            return self
        home = self.home
        # Places that refuse one after the other aren't called without a pause.
        attempts = home.attempts if home.is_refused else 0
        due_at = now if attempts <= 1 else now + retry_after(attempts)
        stays = home.panel_id in (None, place.panel_id)
        left = self if stays else self._put(home.leave(now))
        arrival = (home.request_change(now) if home.is_confirmed else home) if stays else self._arrival(place.panel_id)
        at_place = replace(arrival, panel_id=place.panel_id, node=place.node, groups=place.groups)
        return left._put(replace(at_place, is_refused=False, attempts=attempts, next_attempt_at=due_at))

    def rebalance(self, place: Place, now: datetime) -> Self:
        """Live at *place* for no other reason than that panels bear alike: it isn't moved so again for some time."""
        moved = self.place(place, now)
        return moved._put(replace(moved.home, rebalanced_at=now))

    def _arrival(self, panel_id: PanelId) -> Placement:
        """The home on another panel: a further placement, or the one that the key had there before."""
        name = self.home.username
        known = next((one for one in self.placements if (one.panel_id, one.username) == (panel_id, name)), None)
        # Above both: each revision of a key is told of once, and what was done there before doesn't count.
        revision = max(self.home.desired_revision, known.desired_revision if known else 0) + 1
        if known is not None and known.state is PlacementState.LEAVING:
            # It serves the customer still, and goes on while the panel is asked again.
            return replace(known, state=PlacementState.HOME, desired_revision=revision)
        return Placement(
            number=known.number if known else len(self.placements),
            username=name,
            desired_revision=revision,
            fence=known.fence if known else 0,
            last_error=self.home.last_error,
        )

    def account(
        self, number: int | None = None, *, reset_traffic: bool = False, device_limit: int | None = None
    ) -> Account:
        """What the panel of placement *number* (home: None) is asked for; *reset_traffic* begins a paid period."""
        placement = self.home if number is None else self.placement(number)
        return Account(
            key_id=self.id,
            username=placement.username,
            credential=self.credential,
            groups=placement.groups,
            expires_at=self.expires_at,
            traffic=self.traffic,
            enabled=self.enabled,
            reset_traffic=reset_traffic,
            device_limit=device_limit,
        )

    def confirm(self, number: int, revision: int, state: AccountState, now: datetime) -> Self:
        """The panel of *number* has what we wanted in *revision*. A confirmed home ends what is being left.

        What is confirmed of a deleted key is that it is switched off: then it is removed.
        """
        confirmed = self._put(self.placement(number).confirm(revision, state, now))
        if self.deleted:
            return confirmed._each(lambda one: one.remove(now) if one.is_wanted and one.is_confirmed else one)
        if not confirmed.home.is_confirmed:
            return confirmed
        return confirmed._each(lambda one: one.remove(now) if one.state is PlacementState.LEAVING else one)

    def confirm_removal(self, number: int) -> Self:
        """The panel of placement *number* has no account of this key any more."""
        return self._put(self.placement(number).confirm_removal())

    def remove_from(self, panel_id: PanelId, username: str, now: datetime) -> Self:
        """An account of this key that was found where none should be must go."""
        known = next((one for one in self.placements if (one.panel_id, one.username) == (panel_id, username)), None)
        if known is not None:
            return self.reapply(known.number, now)
        stray = Placement(len(self.placements), username, PlacementState.REMOVING, panel_id, next_attempt_at=now)
        return self._put(stray)

    def reapply(self, number: int, now: datetime) -> Self:
        """An older call may have reached the panel of *number* last: do there once more what is wanted there."""
        return self._put(self.placement(number).reapply(now))

    def renew_secret(self, credential: UUID, now: datetime) -> Self:
        """Others know the old secret: no link works until the panels have taken *credential*."""
        renewed = replace(self, credential=credential)._each(lambda one: one.request_change(now))
        return renewed._each(lambda one: replace(one, subscription_url=None, links=()))

    def readdress(self, number: int, subscription_url: str) -> Self:
        """The account at placement *number* has another subscription link now."""
        return self._put(replace(self.placement(number), subscription_url=subscription_url))

    def rename(self, number: int, now: datetime) -> Self:
        """A foreign account has the name at home: take the *number*-th one at once."""
        renamed = replace(self.home, username=username_for(self.tg_id, number), next_attempt_at=now)
        return replace(self, number=number)._put(renamed)

    def remove_at(self, number: int, now: datetime) -> Self:
        """The account at placement *number* must go."""
        return self._put(self.placement(number).remove(now))

    def refuse_place(self, reason: str, now: datetime) -> Self:
        """The panel can't serve the key where it lives: it needs another place."""
        return self._put(self.home.refuse(reason, now))

    def postpone(self, number: int, reason: str, now: datetime) -> Self:
        """Record a failed attempt at placement *number* and try again later, for ever."""
        return self._put(self.placement(number).postpone(reason, now))

    def _put(self, placement: Placement) -> Self:
        """The key with *placement* in place of the one of its number, or as a further one."""
        before, after = self.placements[: placement.number], self.placements[placement.number + 1 :]
        return replace(self, placements=(*before, placement, *after))

    def _each(self, change: Callable[[Placement], Placement]) -> Self:
        return replace(self, placements=tuple(change(one) for one in self.placements))
