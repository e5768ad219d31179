"""Where keys and panels are kept."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from orbit_domain.access.key import Key
from orbit_domain.access.placement import Placement
from orbit_domain.ids import KeyId, PanelId, TelegramId


@dataclass(frozen=True, slots=True)
class PanelRecord:
    """A panel as the owner has set it up. How it is reached is its adapter's affair (`PanelConnections`).

    `draining`: it gets no new keys. `evacuating`: the worker moves those elsewhere that live there, too.
    """

    id: PanelId
    kind: str
    name: str
    is_active: bool = True
    priority: int = 100
    capacity: int | None = None
    regions: tuple[str, ...] = ()
    excluded_nodes: tuple[str, ...] = ()
    draining: bool = False
    evacuating: bool = False


@dataclass(frozen=True, slots=True)
class PanelDuties:
    """Accounts of keys that live elsewhere: those that serve until the new home has confirmed, those that must go."""

    leaving: int = 0
    removing: int = 0


@dataclass(frozen=True, slots=True)
class DuePlacement:
    """A placement that a worker has claimed, with its key as it was then."""

    key: Key
    number: int

    @property
    def placement(self) -> Placement:
        """The placement as it was claimed."""
        return self.key.placement(self.number)


class Keys(Protocol):
    """The accounts we want, and where they are."""

    async def add(self, key: Key) -> None:
        """Record a new key. Raises StorageConflict when a key of the user has its nonce already."""

    async def get(self, key_id: KeyId) -> Key | None:
        """The key, if it exists and isn't deleted."""

    async def lock(self, key_id: KeyId) -> Key | None:
        """The key, also a deleted one, held until the transaction ends."""

    async def lock_of(self, tg_ids: Collection[TelegramId]) -> Mapping[KeyId, Key]:
        """The users' keys by id, deleted ones too, held until the transaction ends."""

    async def save(self, key: Key) -> None:
        """Record everything about the key and its placements, but their fences, which belong to claims."""

    async def save_places(self, keys: Collection[Key]) -> None:
        """Record the placements of those keys as `save` does; what else is known of the keys hasn't changed."""

    async def of_user(self, tg_id: TelegramId) -> tuple[Key, ...]:
        """The user's keys, in the order they were made, without deleted ones."""

    async def all_of_user(self, tg_id: TelegramId) -> tuple[Key, ...]:
        """The same with deleted ones."""

    async def named(self, username: str, on: Collection[PanelId]) -> tuple[Key, ...]:
        """The keys with an account of that name on one of those panels, by id."""

    async def by_ids(self, key_ids: Collection[KeyId]) -> Mapping[KeyId, Key]:
        """The keys with these ids, by id, deleted ones too. Those that don't exist are left out."""

    async def page(self, after: KeyId | None, limit: int) -> tuple[Key, ...]:
        """The first keys whose ids are above *after*, by id, without deleted ones; None begins the list."""

    async def claim_due(
        self, panel_id: PanelId, now: datetime, lease_until: datetime, limit: int
    ) -> tuple[DuePlacement, ...]:
        """Take placements on that panel where something is to be done and whose time has come.

        Each comes with its fence raised. No other worker gets them before the lease ends. A refused home isn't among
        them: its key needs another place. What is left of deleted keys is.
        """

    async def claim_homeless(
        self,
        known: Collection[PanelId],
        failing: Collection[PanelId],
        now: datetime,
        lease_until: datetime,
        limit: int,
    ) -> tuple[DuePlacement, ...]:
        """Take homes that need another place, as `claim_due` does.

        They have no panel yet, their place was refused, their panel isn't among the *known* ones, or it is *failing*
        and has never confirmed the key.
        """

    async def wake(self, panel_id: PanelId, now: datetime) -> None:
        """That panel answers again: let what is to be done there be claimed at *now*, and homes without a panel."""

    async def wake_all(self, now: datetime) -> None:
        """Let everything that is to be done be claimed at *now*, whatever lease or back-off it has."""

    async def on_panel(self, panel_id: PanelId, after: KeyId | None, limit: int) -> tuple[Key, ...]:
        """The first keys whose ids are above *after* and whose home is on that panel, by id."""

    async def confirmed_since(self, at: datetime, after: KeyId | None, limit: int) -> tuple[Key, ...]:
        """The first keys whose ids are above *after* and whose home was confirmed at *at* or later, by id."""

    async def duties(self) -> Mapping[PanelId, PanelDuties]:
        """What each panel still has to do for keys that live elsewhere; panels with nothing of it are left out.

        What a deleted key leaves behind is to be removed.
        """

    async def forget_removals(self, panel_id: PanelId) -> int:
        """That panel is gone for ever, with the accounts that were to be removed there: how many those were."""

    async def count_by_node(self, now: datetime) -> Mapping[tuple[PanelId, str], int]:
        """How many keys that haven't expired have their home on each node; nodes without any are left out.

        It looks at all keys: read it in a snapshot.
        """


class PanelRecords(Protocol):
    """The panels of the shop."""

    async def all(self) -> tuple[PanelRecord, ...]:
        """Every panel, by priority and id."""

    async def lock(self, panel_id: PanelId) -> PanelRecord | None:
        """The panel, held until the transaction ends."""

    async def put(self, panel: PanelRecord) -> None:
        """Record the panel as it is set up now. How it is reached stays as it was."""

    async def remove(self, panel_id: PanelId) -> None:
        """The panel isn't one of the shop's any more, and how it was reached is forgotten."""

    async def keys_on(self, panel_id: PanelId) -> int:
        """How many keys live on the panel, expired ones too."""
