"""Keys and panels in memory."""

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import UTC, datetime

from orbit_adapters.memory.storable_text import sanitized
from orbit_adapters.memory.tables import RecordConflict, Session
from orbit_domain.access.key import Key
from orbit_domain.access.repository import PanelRecord
from orbit_domain.ids import KeyId, PanelId, TelegramId

_LONG_AGO = datetime.min.replace(tzinfo=UTC)


class MemoryKeys:
    """The port `Keys`. `next_attempt_at` holds the lease: no worker claims the key before it."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def add(self, key: Key) -> None:
        """Record a new key. Raises RecordConflict when the panel's name is taken."""
        key = sanitized(key)
        tables = self._session.tables
        self._session.require_user(key.tg_id)
        if key.id in tables.keys:
            raise RecordConflict(f"there is a key {key.id} already")
        self._put(key)
        tables.keys_of.append(key.tg_id, key.id)
        self._session.changes.keys_due = True

    async def get(self, key_id: KeyId) -> Key | None:
        """The key, if it exists."""
        return self._session.tables.keys.get(key_id)

    async def lock(self, key_id: KeyId) -> Key | None:
        """The key; the whole storage is locked anyway."""
        return self._session.tables.keys.get(key_id)

    async def save(self, key: Key) -> None:
        """Record everything about the key but its fence, which belongs to claims. Raises LookupError if never added."""
        stored = self._session.tables.keys.get(key.id)
        if stored is None:
            raise LookupError(f"there is no key {key.id}")
        self._session.changes.keys_due |= key.is_wanted_anew
        self._put(sanitized(replace(key, tg_id=stored.tg_id, created_at=stored.created_at, fence=stored.fence)))

    async def of_user(self, tg_id: TelegramId) -> tuple[Key, ...]:
        """The user's keys, in the order they were made."""
        tables = self._session.tables
        mine = [tables.keys[key_id] for key_id in tables.keys_of.of(tg_id)]
        return tuple(sorted(mine, key=lambda key: (key.created_at, key.id)))

    async def by_ids(self, key_ids: Collection[KeyId]) -> Mapping[KeyId, Key]:
        """The keys with these ids, by id."""
        keys = self._session.tables.keys
        return {key_id: keys[key_id] for key_id in key_ids if key_id in keys}

    async def page(self, after: KeyId | None, limit: int) -> tuple[Key, ...]:
        """The first keys whose ids are above *after*, by id."""
        above = [key for key in self._session.tables.keys.values() if after is None or key.id > after]
        return tuple(sorted(above, key=lambda key: key.id)[:limit])

    async def claim_due(self, now: datetime, lease_until: datetime, limit: int) -> tuple[Key, ...]:
        """Take unconfirmed keys whose time has come, the longest waiting first."""
        keys = self._session.tables.keys
        due = [key for key in keys.values() if not key.is_confirmed and (key.next_attempt_at or _LONG_AGO) <= now]
        due.sort(key=lambda key: (key.next_attempt_at or _LONG_AGO, key.id))
        claimed = []
        for key in due[:limit]:
            keys[key.id] = taken = sanitized(replace(key, fence=key.fence + 1, next_attempt_at=lease_until))
            claimed.append(taken)
        return tuple(sorted(claimed, key=lambda key: key.id))

    async def wake_all(self, now: datetime) -> None:
        """Let every unconfirmed key be claimed at *now*."""
        keys = self._session.tables.keys
        for key in [key for key in keys.values() if not key.is_confirmed]:
            keys[key.id] = sanitized(replace(key, next_attempt_at=now))

    async def active_by_node(self, now: datetime) -> Mapping[tuple[PanelId, str], int]:
        """How many keys that haven't expired live on each node."""
        return Counter(
            (key.panel_id, key.node)
            for key in self._session.tables.keys.values()
            if key.panel_id is not None and key.node is not None and key.expires_at > now
        )

    def _put(self, key: Key) -> None:
        tables = self._session.tables
        before = tables.keys.get(key.id)
        if key.panel_id is not None:
            holder = tables.key_names.get((key.panel_id, key.username))
            if holder not in (None, key.id):
                raise RecordConflict(f"{key.username} lives on panel {key.panel_id} already")
        if before is not None and before.panel_id is not None:
            del tables.key_names[before.panel_id, before.username]
        if key.panel_id is not None:
            tables.key_names[key.panel_id, key.username] = key.id
        tables.keys[key.id] = key


class MemoryPanels:
    """The port `PanelRecords`."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def all(self) -> tuple[PanelRecord, ...]:
        """Every panel, by priority and id."""
        return tuple(sorted(self._session.tables.panels.values(), key=lambda panel: (panel.priority, panel.id)))

    async def put(self, panel: PanelRecord) -> None:
        """Record the panel as it is set up now."""
        panel = sanitized(panel)
        self._session.tables.panels[panel.id] = panel
