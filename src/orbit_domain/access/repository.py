"""Where keys and panels are kept."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from orbit_domain.access.key import Key
from orbit_domain.ids import KeyId, PanelId, TelegramId


@dataclass(frozen=True, slots=True)
class PanelRecord:
    """A panel as the owner has set it up; its address and secret stay with the adapter's settings."""

    id: PanelId
    kind: str
    name: str
    is_active: bool = True
    priority: int = 100
    capacity: int | None = None
    regions: tuple[str, ...] = ()
    excluded_nodes: tuple[str, ...] = ()
    draining: bool = False


class Keys(Protocol):
    """The accounts we want."""

    async def add(self, key: Key) -> None:
        """Record a new key."""

    async def get(self, key_id: KeyId) -> Key | None:
        """The key, if it exists and isn't deleted."""

    async def lock(self, key_id: KeyId) -> Key | None:
        """The key, held until the transaction ends."""

    async def save(self, key: Key) -> None:
        """Record everything about the key."""

    async def of_user(self, tg_id: TelegramId) -> tuple[Key, ...]:
        """The user's keys, in the order they were made."""

    async def by_ids(self, key_ids: Collection[KeyId]) -> Mapping[KeyId, Key]:
        """The keys with these ids, by id. Those that don't exist or are deleted are left out."""

    async def page(self, after: KeyId | None, limit: int) -> tuple[Key, ...]:
        """The first keys whose ids are above *after*, by id; None begins the list."""

    async def claim_due(self, now: datetime, lease_until: datetime, limit: int) -> tuple[Key, ...]:
        """Take keys whose desired state isn't applied and whose time has come, each with its fence raised.

        No other worker gets them before the lease ends.
        """

    async def wake_all(self, now: datetime) -> None:
        """Let every key that isn't confirmed be claimed at *now*, whatever lease or back-off it has."""

    async def active_by_node(self, now: datetime) -> Mapping[tuple[PanelId, str], int]:
        """How many of our keys that haven't expired live on each node."""


class PanelRecords(Protocol):
    """The panels of the shop."""

    async def all(self) -> tuple[PanelRecord, ...]:
        """Every panel, by priority and id."""

    async def put(self, panel: PanelRecord) -> None:
        """Record the panel as it is set up now."""
