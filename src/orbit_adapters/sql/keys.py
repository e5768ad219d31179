"""Keys and panels in SQL."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import func, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from orbit_adapters.sql.indexes import IS_ALIVE, IS_UNCONFIRMED
from orbit_adapters.sql.query import Row, dialect_insert, execute, fetch_all, fetch_one, rowcount
from orbit_adapters.sql.tables import configs, marzban_instances
from orbit_domain.access.key import Key
from orbit_domain.access.repository import PanelRecord
from orbit_domain.ids import KeyId, PanelId, TelegramId
from orbit_domain.storage import ChangeSet

_ALIVE = select(configs).where(IS_ALIVE)


class SqlKeys:
    """The port `Keys`. `next_attempt_at` holds the lease, in the caller's time: no worker claims the key before it.

    When clocks differ, two workers may process a key at once. Both request the same account of the panel, and the
    fence of the key decides which claim is the newest.
    """

    def __init__(self, connection: AsyncConnection, changes: ChangeSet) -> None:
        self._connection = connection
        self._changes = changes

    async def add(self, key: Key) -> None:
        """Record a new key. Raises StorageConflict when the panel's name is taken."""
        self._changes.keys_due = True
        row = _row_of(key) | {"fence": key.fence, "deleted": False, "created_at": key.created_at}
        await execute(self._connection, insert(configs).values(id=key.id, tg_id=key.tg_id, **row))

    async def get(self, key_id: KeyId) -> Key | None:
        """The key, if it exists and isn't deleted."""
        row = await fetch_one(self._connection, _ALIVE.where(configs.c.id == key_id))
        return _key_from(row) if row is not None else None

    async def lock(self, key_id: KeyId) -> Key | None:
        """The key, held until the transaction ends."""
        row = await fetch_one(self._connection, _ALIVE.where(configs.c.id == key_id).with_for_update())
        return _key_from(row) if row is not None else None

    async def save(self, key: Key) -> None:
        """Record everything about the key but its fence, which belongs to claims. Raises LookupError if never added."""
        self._changes.keys_due |= key.is_wanted_anew
        if not await rowcount(self._connection, update(configs).where(configs.c.id == key.id).values(_row_of(key))):
            raise LookupError(f"there is no key {key.id}")

    async def of_user(self, tg_id: TelegramId) -> tuple[Key, ...]:
        """The user's keys, in the order they were made."""
        statement = _ALIVE.where(configs.c.tg_id == tg_id).order_by(configs.c.created_at, configs.c.id)
        return tuple(_key_from(row) for row in await fetch_all(self._connection, statement))

    async def by_ids(self, key_ids: Collection[KeyId]) -> Mapping[KeyId, Key]:
        """The keys with these ids, by id: one statement."""
        if not key_ids:
            return {}
        rows = await fetch_all(self._connection, _ALIVE.where(configs.c.id.in_(sorted(set(key_ids)))))
        return {key.id: key for key in map(_key_from, rows)}

    async def page(self, after: KeyId | None, limit: int) -> tuple[Key, ...]:
        """The first keys whose ids are above *after*, by id."""
        statement = _ALIVE if after is None else _ALIVE.where(configs.c.id > after)
        rows = await fetch_all(self._connection, statement.order_by(configs.c.id).limit(limit))
        return tuple(map(_key_from, rows))

    async def claim_due(self, now: datetime, lease_until: datetime, limit: int) -> tuple[Key, ...]:
        """Take unconfirmed keys whose time has come, the longest waiting first: one statement."""
        waited = configs.c.next_attempt_at
        due = (
            select(configs.c.id)
            .where(IS_UNCONFIRMED, IS_ALIVE, or_(waited.is_(None), waited <= now))
            .order_by(waited.nulls_first(), configs.c.id)
            .limit(limit)
            .with_for_update(skip_locked=True)
            .cte("due")
        )
        claim = (
            update(configs)
            .where(configs.c.id == due.c.id)
            .values(fence=configs.c.fence + 1, next_attempt_at=lease_until)
            .returning(configs)
        )
        claimed = [_key_from(row) for row in await fetch_all(self._connection, claim)]
        return tuple(sorted(claimed, key=lambda key: key.id))

    async def wake_all(self, now: datetime) -> None:
        """Let every unconfirmed key be claimed at *now*: one statement."""
        statement = update(configs).where(IS_UNCONFIRMED, IS_ALIVE).values(next_attempt_at=now)
        await execute(self._connection, statement)

    async def active_by_node(self, now: datetime) -> Mapping[tuple[PanelId, str], int]:
        """How many keys that haven't expired live on each node."""
        placed = (IS_ALIVE, configs.c.panel_id.is_not(None), configs.c.node.is_not(None), configs.c.expires_at > now)
        statement = (
            select(configs.c.panel_id, configs.c.node, func.count().label("keys"))
            .where(*placed)
            .group_by(configs.c.panel_id, configs.c.node)
        )
        rows = await fetch_all(self._connection, statement)
        return {(PanelId(row["panel_id"]), row["node"]): row["keys"] for row in rows}


class SqlPanels:
    """The port `PanelRecords`."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def all(self) -> tuple[PanelRecord, ...]:
        """Every panel, by priority and id."""
        statement = select(marzban_instances).order_by(marzban_instances.c.priority, marzban_instances.c.id)
        return tuple(_panel_from(row) for row in await fetch_all(self._connection, statement))

    async def put(self, panel: PanelRecord) -> None:
        """Record the panel as it is set up now."""
        row = {
            "kind": panel.kind,
            "name": panel.name,
            "is_active": panel.is_active,
            "priority": panel.priority,
            "capacity": panel.capacity,
            "regions": panel.regions,
            "excluded_node_names": panel.excluded_nodes,
            "draining": panel.draining,
        }
        statement = dialect_insert(self._connection, marzban_instances).values(id=panel.id, **row)
        await execute(self._connection, statement.on_conflict_do_update(index_elements=["id"], set_=row))


def _row_of(key: Key) -> dict[str, Any]:
    return {
        "name": key.name,
        "number": key.number,
        "username": key.username,
        "credential": key.credential,
        "panel_id": key.panel_id,
        "node": key.node,
        "placement": key.placement,
        "subscription_url": key.subscription_url,
        "links": key.links,
        "expires_at": key.expires_at,
        "traffic_bytes": key.traffic_bytes,
        "status": "active" if key.enabled else "disabled",
        "desired": key.desired_revision,
        "applied": key.applied_revision,
        "attempts": key.attempts,
        "next_attempt_at": key.next_attempt_at,
        "last_error": key.last_error,
    }


def _key_from(row: Row) -> Key:
    return Key(
        id=KeyId(row["id"]),
        tg_id=TelegramId(row["tg_id"]),
        name=row["name"],
        number=row["number"],
        username=row["username"],
        credential=row["credential"],
        expires_at=row["expires_at"],
        traffic_bytes=row["traffic_bytes"],
        created_at=row["created_at"],
        desired_revision=row["desired"],
        applied_revision=row["applied"],
        enabled=row["status"] == "active",
        panel_id=None if row["panel_id"] is None else PanelId(row["panel_id"]),
        node=row["node"],
        placement=tuple(row["placement"]),
        subscription_url=row["subscription_url"],
        links=tuple(row["links"]),
        attempts=row["attempts"],
        fence=row["fence"],
        next_attempt_at=row["next_attempt_at"],
        last_error=row["last_error"],
    )


def _panel_from(row: Row) -> PanelRecord:
    return PanelRecord(
        id=PanelId(row["id"]),
        kind=row["kind"],
        name=row["name"],
        is_active=row["is_active"],
        priority=row["priority"],
        capacity=row["capacity"],
        regions=tuple(row["regions"]),
        excluded_nodes=tuple(row["excluded_node_names"]),
        draining=row["draining"],
    )
