"""Keys in SQL."""

from collections.abc import Collection, Mapping
from datetime import datetime
from itertools import groupby
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, false, func, insert, or_, select, true, update
from sqlalchemy.ext.asyncio import AsyncConnection

from orbit_adapters.sql.indexes import IS_ALIVE, IS_DUE_WORK, IS_HELD, IS_HOME
from orbit_adapters.sql.query import Row, dialect_insert, execute, fetch_all, fetch_one, rowcount
from orbit_adapters.sql.tables import configs, placements
from orbit_domain.access.key import Key
from orbit_domain.access.placement import Placement, PlacementState
from orbit_domain.access.repository import DuePlacement, NodeCounts, PanelDuties
from orbit_domain.ids import KeyId, Nonce, PanelId, TelegramId
from orbit_domain.storage import ChangeSet

_KEYS = select(configs, *(column.label(f"placement_{column.name}") for column in placements.c)).join(
    placements, placements.c.key_id == configs.c.id
)
_ALIVE = _KEYS.where(IS_ALIVE)
_PRIMARY_KEY = ["key_id", "number"]


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
        row = _row_of(key) | {"nonce": key.nonce, "created_at": key.created_at}
        await execute(self._connection, insert(configs).values(id=key.id, tg_id=key.tg_id, **row))
        await execute(self._connection, insert(placements), _placement_rows(key))

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
        return _key_from(row, tuple(_placement_from(one, "") for one in rows))

    async def save(self, key: Key) -> None:
        """Record everything about the key but the fences, which belong to claims. Raises LookupError if never added."""
        self._changes.keys_due |= key.is_wanted_anew
        if not await rowcount(self._connection, update(configs).where(configs.c.id == key.id).values(_row_of(key))):
            raise LookupError(f"there is no key {key.id}")
        statement = dialect_insert(self._connection, placements)
        kept = {*_PRIMARY_KEY, "fence"}
        changed = {column.name: statement.excluded[column.name] for column in placements.c if column.name not in kept}
        upsert = statement.on_conflict_do_update(index_elements=_PRIMARY_KEY, set_=changed)
        await execute(self._connection, upsert, _placement_rows(key))

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
        return await self._page(_at_home(placements.c.confirmed_at >= at), placements.c.key_id, after, limit)

    async def claim_due(
        self, panel_id: PanelId, now: datetime, lease_until: datetime, limit: int
    ) -> tuple[DuePlacement, ...]:
        """Take placements on that panel whose time has come, the longest waiting first: two statements."""
        here = and_(placements.c.panel_id == panel_id, placements.c.is_refused == false())
        return await self._claim(here, now, lease_until, limit)

    async def claim_homeless(
        self,
        known: Collection[PanelId],
        failing: Collection[PanelId],
        now: datetime,
        lease_until: datetime,
        limit: int,
    ) -> tuple[DuePlacement, ...]:
        """Take homes that need another place, the longest waiting first: two statements."""
        panel_id = placements.c.panel_id
        needs_place = or_(
            panel_id.is_(None),
            placements.c.is_refused == true(),
            panel_id.not_in(sorted(known)),
            and_(panel_id.in_(sorted(failing)), placements.c.applied == 0),
        )
        return await self._claim(and_(IS_HOME, needs_place), now, lease_until, limit)

    async def _claim(
        self, condition: ColumnElement[bool], now: datetime, lease_until: datetime, limit: int
    ) -> tuple[DuePlacement, ...]:
        waited = placements.c.next_attempt_at
        due = (
            select(placements.c.key_id, placements.c.number)
            .where(IS_DUE_WORK, condition, or_(waited.is_(None), waited <= now))
            .order_by(waited.nulls_first(), placements.c.key_id, placements.c.number)
            .limit(limit)
            .with_for_update(skip_locked=True)
            .cte("due")
        )
        claim = (
            update(placements)
            .where(placements.c.key_id == due.c.key_id, placements.c.number == due.c.number)
            .values(fence=placements.c.fence + 1, next_attempt_at=lease_until)
            .returning(placements.c.key_id, placements.c.number)
        )
        claimed = sorted((row["key_id"], row["number"]) for row in await fetch_all(self._connection, claim))
        keys = await self.by_ids([KeyId(key_id) for key_id, _ in claimed])
        return tuple(DuePlacement(keys[KeyId(key_id)], number) for key_id, number in claimed if key_id in keys)

    async def wake(self, panel_id: PanelId, now: datetime) -> None:
        """Let everything that is to be done on that panel be claimed at *now*, and homes without a panel."""
        await self._wake(or_(placements.c.panel_id == panel_id, placements.c.panel_id.is_(None)), now)

    async def wake_all(self, now: datetime) -> None:
        """Let everything that is to be done be claimed at *now*: one statement."""
        await self._wake(true(), now)

    async def _wake(self, condition: ColumnElement[bool], now: datetime) -> None:
        statement = update(placements).where(IS_DUE_WORK, condition).values(next_attempt_at=now)
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

    async def count_by_node(self, now: datetime, after: KeyId | None, limit: int) -> NodeCounts:
        """The homes of the first keys above *after* that have a node and haven't expired: one statement."""
        key_id, panel_id, node = placements.c.key_id, placements.c.panel_id, placements.c.node
        homes = (
            select(key_id, panel_id, node)
            .join(configs, configs.c.id == key_id)
            .where(IS_ALIVE, IS_HOME, panel_id.is_not(None), node.is_not(None), configs.c.expires_at > now)
        )
        above = homes if after is None else homes.where(key_id > after)
        page = above.order_by(key_id).limit(limit).cte("page")
        last = select(page.c.key_id).order_by(page.c.key_id.desc()).limit(1).scalar_subquery()
        counted = select(page.c.panel_id, page.c.node, func.count().label("keys"), last.label("last"))
        rows = await fetch_all(self._connection, counted.group_by(page.c.panel_id, page.c.node))
        keys = {(PanelId(row["panel_id"]), row["node"]): row["keys"] for row in rows}
        return NodeCounts(keys, KeyId(rows[0]["last"]) if sum(keys.values()) >= limit else None)

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
        return tuple(
            _key_from(group[0], tuple(_placement_from(row, "placement_") for row in group)) for group in by_key
        )


def _at_home(condition: ColumnElement[bool]) -> Select[tuple[UUID]]:
    """The ids of living keys whose home meets *condition*."""
    keys = placements.join(configs, placements.c.key_id == configs.c.id)
    return select(placements.c.key_id).select_from(keys).where(IS_ALIVE, IS_HOME, condition)


def _row_of(key: Key) -> dict[str, Any]:
    return {
        "name": key.name,
        "number": key.number,
        "credential": key.credential,
        "expires_at": key.expires_at,
        "traffic_bytes": key.traffic_bytes,
        "status": "active" if key.enabled else "disabled",
        "region": key.region,
        "deleted": key.deleted,
    }


def _placement_rows(key: Key) -> list[dict[str, Any]]:
    return [
        {
            "key_id": key.id,
            "number": one.number,
            "username": one.username,
            "state": one.state.value,
            "panel_id": one.panel_id,
            "node": one.node,
            "groups": one.groups,
            "desired": one.desired_revision,
            "applied": one.applied_revision,
            "is_refused": one.is_refused,
            "subscription_url": one.subscription_url,
            "links": one.links,
            "attempts": one.attempts,
            "fence": one.fence,
            "next_attempt_at": one.next_attempt_at,
            "last_error": one.last_error,
            "confirmed_at": one.confirmed_at,
            "rebalanced_at": one.rebalanced_at,
        }
        for one in key.placements
    ]


def _key_from(row: Row, places: tuple[Placement, ...]) -> Key:
    return Key(
        id=KeyId(row["id"]),
        tg_id=TelegramId(row["tg_id"]),
        name=row["name"],
        number=row["number"],
        credential=row["credential"],
        expires_at=row["expires_at"],
        traffic_bytes=row["traffic_bytes"],
        created_at=row["created_at"],
        placements=places,
        enabled=row["status"] == "active",
        region=row["region"],
        nonce=None if row["nonce"] is None else Nonce(row["nonce"]),
        deleted=row["deleted"],
    )


def _placement_from(row: Row, prefix: str) -> Placement:
    """A placement of a row whose columns of that table begin with *prefix*."""
    panel_id = row[f"{prefix}panel_id"]
    return Placement(
        number=row[f"{prefix}number"],
        username=row[f"{prefix}username"],
        state=PlacementState(row[f"{prefix}state"]),
        panel_id=None if panel_id is None else PanelId(panel_id),
        node=row[f"{prefix}node"],
        groups=tuple(row[f"{prefix}groups"]),
        desired_revision=row[f"{prefix}desired"],
        applied_revision=row[f"{prefix}applied"],
        is_refused=row[f"{prefix}is_refused"],
        subscription_url=row[f"{prefix}subscription_url"],
        links=tuple(row[f"{prefix}links"]),
        attempts=row[f"{prefix}attempts"],
        fence=row[f"{prefix}fence"],
        next_attempt_at=row[f"{prefix}next_attempt_at"],
        last_error=row[f"{prefix}last_error"],
        confirmed_at=row[f"{prefix}confirmed_at"],
        rebalanced_at=row[f"{prefix}rebalanced_at"],
    )
