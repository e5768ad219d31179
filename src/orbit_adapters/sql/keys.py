"""Keys in SQL."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import datetime
from itertools import groupby
from typing import Any
from uuid import UUID

from sqlalchemy import CTE, ColumnElement, Select, and_, false, func, insert, or_, select, true, update
from sqlalchemy.ext.asyncio import AsyncConnection

from orbit_adapters.sql.indexes import IS_ALIVE, IS_DUE_WORK, IS_HELD, IS_HOME
from orbit_adapters.sql.key_claims import PANELS_AWAITED, claim_of, due_on, homeless
from orbit_adapters.sql.key_rows import key_from, key_row, new_key_row, placement_from, placement_rows
from orbit_adapters.sql.query import dialect_insert, execute, fetch_all, fetch_one, rowcount
from orbit_adapters.sql.tables import configs, placements
from orbit_domain.access.key import Key
from orbit_domain.access.placement import Placement, PlacementState
from orbit_domain.access.repository import DuePlacement, PanelDuties
from orbit_domain.ids import KeyId, PanelId, TelegramId
from orbit_domain.storage import ChangeSet

_KEYS = select(configs, *(column.label(f"placement_{column.name}") for column in placements.c)).join(
    placements, placements.c.key_id == configs.c.id
)
_ALIVE = _KEYS.where(IS_ALIVE)
_PRIMARY_KEY = ["key_id", "number"]
_IN_ORDER = (placements.c.key_id, placements.c.number)


class SqlKeys:
    """The port `Keys`. `next_attempt_at` holds the lease, in the caller's time: no worker claims it before.

    When clocks differ, two workers may process a placement at once. Both request the same account of the panel, and the
    fence of the placement decides which claim is the newest.
    """

    def __init__(self, connection: AsyncConnection, changes: ChangeSet) -> None:
        self._connection = connection
        self._changes = changes

    async def add(self, key: Key) -> None:
        """Record a new key. Raises StorageConflict when the panel's name or the user's nonce is taken."""
        self._changes.keys_due = True
        await execute(self._connection, insert(configs).values(new_key_row(key)))
        await execute(self._connection, insert(placements), placement_rows(key))

    async def get(self, key_id: KeyId) -> Key | None:
        """The key, if it exists and isn't deleted."""
        return next(iter(await self._read(_ALIVE.where(configs.c.id == key_id))), None)

    async def lock(self, key_id: KeyId) -> Key | None:
        """The key with its placements, also a deleted one, held until the transaction ends: two statements."""
        row = await fetch_one(self._connection, select(configs).where(configs.c.id == key_id).with_for_update())
        if row is None:
            return None
        held = select(placements).where(placements.c.key_id == key_id).order_by(placements.c.number).with_for_update()
        rows = await fetch_all(self._connection, held)
        return key_from(row, tuple(placement_from(one, "") for one in rows))

    async def lock_of(self, tg_ids: Collection[TelegramId]) -> Mapping[KeyId, Key]:
        """The users' keys by id, deleted ones too, held until the transaction ends: two statements."""
        mine = configs.c.tg_id.in_(sorted(set(tg_ids)))
        held = select(configs).where(mine).order_by(configs.c.id).with_for_update()
        keys = await fetch_all(self._connection, held)
        # Read when the keys are held: what another transaction has recorded of their places until then counts.
        places = select(placements).where(placements.c.key_id.in_([row["id"] for row in keys]))
        rows = await fetch_all(self._connection, places.order_by(*_IN_ORDER).with_for_update())
        of_key: defaultdict[UUID, list[Placement]] = defaultdict(list)
        for row in rows:
            of_key[row["key_id"]].append(placement_from(row, ""))
        return {KeyId(row["id"]): key_from(row, tuple(of_key[row["id"]])) for row in keys}

    async def save(self, key: Key) -> None:
        """Record everything about the key but the fences, which belong to claims. Raises LookupError if never added."""
        if not await rowcount(self._connection, update(configs).where(configs.c.id == key.id).values(key_row(key))):
            raise LookupError(f"there is no key {key.id}")
        await self.save_places([key])

    async def save_places(self, keys: Collection[Key]) -> None:
        """Record the placements of those keys but the fences, in one statement. Raises StorageConflict."""
        if keys:
            self._changes.keys_due |= any(key.is_wanted_anew for key in keys)
            await save_placements(self._connection, keys)

    async def of_user(self, tg_id: TelegramId) -> tuple[Key, ...]:
        """The user's keys, in the order they were made, without deleted ones."""
        return await self._read(_ALIVE.where(configs.c.tg_id == tg_id), configs.c.created_at)

    async def all_of_user(self, tg_id: TelegramId) -> tuple[Key, ...]:
        """The same with deleted ones."""
        return await self._read(_KEYS.where(configs.c.tg_id == tg_id), configs.c.created_at)

    async def named(self, username: str, on: Collection[PanelId]) -> tuple[Key, ...]:
        """The keys with an account of that name on one of those panels, by id: the index begins with the panel."""
        of_name = (placements.c.panel_id.in_(sorted(set(on))), placements.c.username == username, IS_HELD)
        return await self._read(_ALIVE.where(configs.c.id.in_(select(placements.c.key_id).where(*of_name))))

    async def by_ids(self, key_ids: Collection[KeyId]) -> Mapping[KeyId, Key]:
        """The keys with these ids, by id, deleted ones too: one statement."""
        if not key_ids:
            return {}
        keys = await self._read(_KEYS.where(configs.c.id.in_(sorted(set(key_ids)))))
        return {key.id: key for key in keys}

    async def page(self, after: KeyId | None, limit: int) -> tuple[Key, ...]:
        """The first keys whose ids are above *after*, by id."""
        return await self._page(select(configs.c.id).where(IS_ALIVE), configs.c.id, after, limit)

    async def on_panel(self, panel_id: PanelId, after: KeyId | None, limit: int) -> tuple[Key, ...]:
        """The first keys whose ids are above *after* and whose home is on that panel, by id."""
        return await self._page(_at_home(placements.c.panel_id == panel_id), placements.c.key_id, after, limit)

    async def confirmed_since(self, at: datetime, after: KeyId | None, limit: int) -> tuple[Key, ...]:
        """The first keys whose ids are above *after* and whose home was confirmed at *at* or later, by id."""
        # Few of all are that recent: SQLite would rather go through all of them by id, to have no more to sort.
        recent = _at_home(placements.c.confirmed_at >= at).cte("recent").prefix_with("MATERIALIZED")
        return await self._page(select(recent.c.key_id), recent.c.key_id, after, limit)

    async def claim_due(
        self, panel_id: PanelId, now: datetime, lease_until: datetime, limit: int
    ) -> tuple[DuePlacement, ...]:
        """Take placements on that panel whose time has come, the longest waiting first: two statements."""
        return await self._claim(due_on(panel_id, now, limit), lease_until)

    async def claim_homeless(
        self,
        known: Collection[PanelId],
        failing: Collection[PanelId],
        now: datetime,
        lease_until: datetime,
        limit: int,
    ) -> tuple[DuePlacement, ...]:
        """Take homes that need another place, the longest waiting first: three statements, one if no home waits."""
        waiting = await fetch_all(self._connection, PANELS_AWAITED)
        if not waiting:
            return ()
        awaited = {PanelId(row["panel_id"]) for row in waiting if row["panel_id"] is not None}
        due = homeless(awaited.difference(known), awaited.intersection(failing, known), now, limit)
        return await self._claim(due, lease_until)

    async def _claim(self, due: CTE, lease_until: datetime) -> tuple[DuePlacement, ...]:
        rows = await fetch_all(self._connection, claim_of(due, lease_until))
        claimed = sorted((row["key_id"], row["number"]) for row in rows)
        keys = await self.by_ids([KeyId(key_id) for key_id, _ in claimed])
        return tuple(DuePlacement(keys[KeyId(key_id)], number) for key_id, number in claimed if key_id in keys)

    async def wake(self, panel_id: PanelId, now: datetime) -> None:
        """Let everything that is to be done on that panel be claimed at *now*, and homes without a panel."""
        await self._wake(or_(placements.c.panel_id == panel_id, placements.c.panel_id.is_(None)), now)

    async def wake_all(self, now: datetime) -> None:
        """Let everything that is to be done be claimed at *now*: one statement."""
        await self._wake(true(), now)

    async def _wake(self, condition: ColumnElement[bool], now: datetime) -> None:
        """What is due already keeps its place: it has waited longer."""
        waits = or_(placements.c.next_attempt_at.is_(None), placements.c.next_attempt_at > now)
        statement = update(placements).where(IS_DUE_WORK, condition, waits).values(next_attempt_at=now)
        await execute(self._connection, statement)

    async def duties(self) -> Mapping[PanelId, PanelDuties]:
        """What each panel still has to do for keys that live elsewhere: one statement."""
        panel_id, state = placements.c.panel_id, placements.c.state
        is_served = and_(state == PlacementState.LEAVING.value, configs.c.deleted == false())
        statement = (
            select(
                panel_id,
                func.count().filter(is_served).label("leaving"),
                func.count().filter(~is_served).label("removing"),
            )
            .join(configs, configs.c.id == placements.c.key_id)
            .where(panel_id.is_not(None), state.in_([PlacementState.LEAVING.value, PlacementState.REMOVING.value]))
            .group_by(panel_id)
        )
        rows = await fetch_all(self._connection, statement)
        return {PanelId(row["panel_id"]): PanelDuties(row["leaving"], row["removing"]) for row in rows}

    async def forget_removals(self, panel_id: PanelId) -> int:
        """Count what was to be removed on that panel as gone, as `Placement.confirm_removal` does: one statement."""
        is_removing = placements.c.state == PlacementState.REMOVING.value
        deleted = select(configs.c.id).where(configs.c.deleted == true())
        is_leaving = and_(placements.c.state == PlacementState.LEAVING.value, placements.c.key_id.in_(deleted))
        there = and_(placements.c.panel_id == panel_id, or_(is_removing, is_leaving))
        nothing = {"subscription_url": None, "links": (), "next_attempt_at": None, "last_error": None}
        gone = {"state": PlacementState.GONE.value, "applied": 0, "attempts": 0, **nothing}
        return await rowcount(self._connection, update(placements).where(there).values(gone))

    async def count_by_node(self, now: datetime) -> Mapping[tuple[PanelId, str], int]:
        """How many keys that haven't expired have their home on each node: one statement."""
        panel_id, node = placements.c.panel_id, placements.c.node
        # Those with time left are found by their index first: SQLite would rather look up the key of every home.
        living = select(configs.c.id).where(IS_ALIVE, configs.c.expires_at > now).cte("living")
        living = living.prefix_with("MATERIALIZED", dialect="sqlite")
        homes = living.join(placements, and_(placements.c.key_id == living.c.id, IS_HOME))
        counted = select(panel_id, node, func.count().label("keys")).select_from(homes).group_by(panel_id, node)
        rows = await fetch_all(self._connection, counted)
        return {(PanelId(row["panel_id"]), row["node"]): row["keys"] for row in rows if row["panel_id"] and row["node"]}

    async def _page(
        self, ids: Select[tuple[UUID]], column: ColumnElement[UUID], after: KeyId | None, limit: int
    ) -> tuple[Key, ...]:
        """The first keys of *ids*, which are those of *column*: in its index's order, so that no more are read."""
        above = ids if after is None else ids.where(column > after)
        first = above.order_by(column).limit(limit).correlate(None)
        return await self._read(_KEYS.where(configs.c.id.in_(first)))

    async def _read(self, statement: Select[Any], *order: ColumnElement[Any]) -> tuple[Key, ...]:
        """The keys of *statement*, which has a row for each placement, in that order and by id."""
        rows = await fetch_all(self._connection, statement.order_by(*order, configs.c.id, placements.c.number))
        by_key = [list(group) for _, group in groupby(rows, key=lambda row: row["id"])]
        return tuple(key_from(group[0], tuple(placement_from(row, "placement_") for row in group)) for group in by_key)


def _at_home(condition: ColumnElement[bool]) -> Select[tuple[UUID]]:
    """The ids of living keys whose home meets *condition*."""
    keys = placements.join(configs, placements.c.key_id == configs.c.id)
    return select(placements.c.key_id).select_from(keys).where(IS_ALIVE, IS_HOME, condition)


async def save_placements(connection: AsyncConnection, keys: Collection[Key]) -> None:
    """Record the placements of *keys*, but their fences: one statement."""
    statement = dialect_insert(connection, placements)
    kept = {*_PRIMARY_KEY, "fence"}
    changed = {column.name: statement.excluded[column.name] for column in placements.c if column.name not in kept}
    upsert = statement.on_conflict_do_update(index_elements=_PRIMARY_KEY, set_=changed)
    rows = [row for key in sorted(keys, key=lambda key: key.id) for row in placement_rows(key)]
    await execute(connection, upsert, rows)
