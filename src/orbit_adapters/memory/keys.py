"""Keys in memory."""

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime

from orbit_adapters.memory.storable_text import sanitized, storable
from orbit_adapters.memory.tables import RecordConflict, Session
from orbit_domain.access.key import Key
from orbit_domain.access.placement import Placement, PlacementState
from orbit_domain.access.repository import DuePlacement, PanelDuties
from orbit_domain.ids import KeyId, PanelId, TelegramId

_LONG_AGO = datetime.min.replace(tzinfo=UTC)


class MemoryKeys:
    """The port `Keys`. `next_attempt_at` holds the lease: no worker claims the placement before it."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def add(self, key: Key) -> None:
        """Record a new key. Raises RecordConflict when the panel's name or the user's nonce is taken."""
        key = sanitized(key)
        tables = self._session.tables
        self._session.require_user(key.tg_id)
        if key.id in tables.keys:
            raise RecordConflict(f"there is a key {key.id} already")
        if key.nonce is not None and key.nonce in (one.nonce for one in self._ever(key.tg_id)):
            raise RecordConflict(f"user {key.tg_id} has a key of nonce {key.nonce} already")
        self._put(key)
        tables.keys_of.append(key.tg_id, key.id)
        self._session.changes.keys_due = True

    async def get(self, key_id: KeyId) -> Key | None:
        """The key, if it exists and isn't deleted."""
        key = self._session.tables.keys.get(key_id)
        return key if key is not None and not key.deleted else None

    async def lock(self, key_id: KeyId) -> Key | None:
        """The key, also a deleted one; the whole storage is locked anyway."""
        return self._session.tables.keys.get(key_id)

    async def lock_of(self, tg_ids: Collection[TelegramId]) -> Mapping[KeyId, Key]:
        """The users' keys by id, deleted ones too; the whole storage is locked anyway."""
        keys = (key for tg_id in set(tg_ids) for key in self._ever(tg_id))
        return {key.id: key for key in sorted(keys, key=lambda key: key.id)}

    async def save(self, key: Key) -> None:
        """Record everything about the key but the fences, which belong to claims. Raises LookupError if never added."""
        stored = self._session.tables.keys.get(key.id)
        if stored is None:
            raise LookupError(f"there is no key {key.id}")
        self._session.changes.keys_due |= key.is_wanted_anew
        fences = {one.number: one.fence for one in stored.placements}
        placements = tuple(replace(one, fence=fences.get(one.number, one.fence)) for one in key.placements)
        kept = replace(key, tg_id=stored.tg_id, created_at=stored.created_at, nonce=stored.nonce, placements=placements)
        self._put(sanitized(kept))

    async def save_places(self, keys: Collection[Key]) -> None:
        """Record the placements of those keys but the fences. Raises RecordConflict for a key that isn't known."""
        for key in sorted(keys, key=lambda key: key.id):
            stored = self._session.tables.keys.get(key.id)
            if stored is None:
                raise RecordConflict(f"there is no key {key.id}")
            await self.save(replace(stored, placements=key.placements))

    async def of_user(self, tg_id: TelegramId) -> tuple[Key, ...]:
        """The user's keys, in the order they were made, without deleted ones."""
        return tuple(key for key in self._ever(tg_id) if not key.deleted)

    async def all_of_user(self, tg_id: TelegramId) -> tuple[Key, ...]:
        """The same with deleted ones."""
        return self._ever(tg_id)

    def _ever(self, tg_id: TelegramId) -> tuple[Key, ...]:
        tables = self._session.tables
        mine = [tables.keys[key_id] for key_id in tables.keys_of.of(tg_id)]
        return tuple(sorted(mine, key=lambda key: (key.created_at, key.id)))

    async def named(self, username: str, on: Collection[PanelId]) -> tuple[Key, ...]:
        """The keys with an account of that name on one of those panels, by id."""
        name, tables = storable(username), self._session.tables
        found = {tables.key_names[at] for at in ((panel_id, name) for panel_id in on) if at in tables.key_names}
        return tuple(tables.keys[key_id] for key_id in sorted(found))

    def _living(self) -> Iterator[Key]:
        return (key for key in self._session.tables.keys.values() if not key.deleted)

    async def by_ids(self, key_ids: Collection[KeyId]) -> Mapping[KeyId, Key]:
        """The keys with these ids, by id, deleted ones too."""
        keys = self._session.tables.keys
        return {key_id: keys[key_id] for key_id in key_ids if key_id in keys}

    async def page(self, after: KeyId | None, limit: int) -> tuple[Key, ...]:
        """The first keys whose ids are above *after*, by id."""
        above = [key for key in self._living() if after is None or key.id > after]
        return tuple(sorted(above, key=lambda key: key.id)[:limit])

    async def claim_due(
        self, panel_id: PanelId, now: datetime, lease_until: datetime, limit: int
    ) -> tuple[DuePlacement, ...]:
        """Take placements on that panel whose time has come, the longest waiting first."""
        return self._claim(lambda one: one.panel_id == panel_id and not one.is_refused, now, lease_until, limit)

    async def claim_homeless(
        self,
        known: Collection[PanelId],
        failing: Collection[PanelId],
        now: datetime,
        lease_until: datetime,
        limit: int,
    ) -> tuple[DuePlacement, ...]:
        """Take homes that need another place, the longest waiting first."""

        def is_homeless(one: Placement) -> bool:
            is_elsewhere = one.panel_id not in known or (one.panel_id in failing and not one.has_served)
            return one.state is PlacementState.HOME and (one.is_refused or is_elsewhere)

        return self._claim(is_homeless, now, lease_until, limit)

    def _claim(
        self, fits: Callable[[Placement], bool], now: datetime, lease_until: datetime, limit: int
    ) -> tuple[DuePlacement, ...]:
        due = [
            (one.next_attempt_at or _LONG_AGO, key.id, one.number)
            for key in self._session.tables.keys.values()
            for one in key.placements
            if one.is_due_work and (one.next_attempt_at or _LONG_AGO) <= now and fits(one)
        ]
        claimed = sorted((key_id, number) for _, key_id, number in sorted(due)[:limit])
        for key_id, number in claimed:
            self._change(key_id, number, lambda one: replace(one, fence=one.fence + 1, next_attempt_at=lease_until))
        return tuple(DuePlacement(self._session.tables.keys[key_id], number) for key_id, number in claimed)

    async def wake(self, panel_id: PanelId, now: datetime) -> None:
        """Let everything that is to be done on that panel be claimed at *now*, and homes without a panel."""
        self._wake(lambda one: one.panel_id in (panel_id, None), now)

    async def wake_all(self, now: datetime) -> None:
        """Let everything that is to be done be claimed at *now*."""
        self._wake(lambda _one: True, now)

    def _wake(self, fits: Callable[[Placement], bool], now: datetime) -> None:
        for key in list(self._session.tables.keys.values()):
            for one in key.placements:
                waits = one.next_attempt_at is not None and one.next_attempt_at > now
                if one.is_due_work and fits(one) and waits:
                    self._change(key.id, one.number, lambda one: replace(one, next_attempt_at=now))

    async def on_panel(self, panel_id: PanelId, after: KeyId | None, limit: int) -> tuple[Key, ...]:
        """The first keys whose ids are above *after* and whose home is on that panel, by id."""
        here = [key for key in self._living() if key.panel_id == panel_id and (after is None or key.id > after)]
        return tuple(sorted(here, key=lambda key: key.id)[:limit])

    async def confirmed_since(self, at: datetime, after: KeyId | None, limit: int) -> tuple[Key, ...]:
        """The first keys whose ids are above *after* and whose home was confirmed at *at* or later, by id."""
        keys = (key for key in self._living() if after is None or key.id > after)
        fresh = [key for key in keys if key.home.confirmed_at is not None and key.home.confirmed_at >= at]
        return tuple(sorted(fresh, key=lambda key: key.id)[:limit])

    async def duties(self) -> Mapping[PanelId, PanelDuties]:
        """What each panel still has to do for keys that live elsewhere."""
        placed = [(key, one) for key in self._session.tables.keys.values() for one in key.placements if one.panel_id]
        removing = Counter(one.panel_id for key, one in placed if _is_to_be_removed(key, one))
        leaving = Counter(
            one.panel_id for key, one in placed if one.state is PlacementState.LEAVING and not key.deleted
        )
        return {
            panel_id: PanelDuties(leaving[panel_id], removing[panel_id]) for panel_id in leaving | removing if panel_id
        }

    async def forget_removals(self, panel_id: PanelId) -> int:
        """Count what was to be removed on that panel as gone."""
        forgotten = 0
        for key in list(self._session.tables.keys.values()):
            for one in key.placements:
                if one.panel_id == panel_id and _is_to_be_removed(key, one):
                    self._put(self._session.tables.keys[key.id].confirm_removal(one.number))
                    forgotten += 1
        return forgotten

    async def count_by_node(self, now: datetime) -> Mapping[tuple[PanelId, str], int]:
        """How many keys that haven't expired have their home on each node."""
        homes = (key.home for key in self._living() if key.expires_at > now)
        return Counter((home.panel_id, home.node) for home in homes if home.panel_id and home.node)

    def _change(self, key_id: KeyId, number: int, change: Callable[[Placement], Placement]) -> None:
        key = self._session.tables.keys[key_id]
        placements = list(key.placements)
        placements[number] = change(placements[number])
        self._session.tables.keys[key_id] = sanitized(replace(key, placements=tuple(placements)))

    def _put(self, key: Key) -> None:
        tables = self._session.tables
        before = tables.keys.get(key.id)
        names = _names(key)
        for name in names:
            if tables.key_names.get(name) not in (None, key.id):
                raise RecordConflict(f"{name[1]} lives on panel {name[0]} already")
        for name in _names(before) if before is not None else ():
            del tables.key_names[name]
        for name in names:
            tables.key_names[name] = key.id
        tables.keys[key.id] = key


def _names(key: Key) -> tuple[tuple[PanelId, str], ...]:
    """The accounts that a key has, or must still remove."""
    return tuple(
        (one.panel_id, one.username)
        for one in key.placements
        if one.panel_id is not None and one.state is not PlacementState.GONE
    )


def _is_to_be_removed(key: Key, placement: Placement) -> bool:
    """Whether nobody is served by its account any more. A deleted key's is switched off before it is removed."""
    is_off = placement.state is PlacementState.LEAVING and key.deleted
    return is_off or placement.state is PlacementState.REMOVING
