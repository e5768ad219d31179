"""Subscription links and the good copies behind them, in SQL."""

from collections.abc import Collection

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncConnection

from orbit_adapters.sql.link_tables import good_copies, link_devices, subscription_links
from orbit_adapters.sql.query import Row, dialect_insert, execute, fetch_all, fetch_one
from orbit_domain.ids import KeyId, PanelId, TelegramId
from orbit_domain.subscription_link.device import LinkDevice
from orbit_domain.subscription_link.formats import SubscriptionFormat
from orbit_domain.subscription_link.good_copy import GoodCopy
from orbit_domain.subscription_link.link import SubscriptionLink

_COPIES = select(good_copies)
_copies = good_copies.c
_devices = link_devices.c


class SqlSubscriptionLinks:
    """The port `SubscriptionLinks`."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def get(self, tg_id: TelegramId) -> SubscriptionLink | None:
        """The customer's link."""
        query = select(subscription_links).where(subscription_links.c.tg_id == tg_id)
        row = await fetch_one(self._connection, query)
        return link_from(row) if row is not None else None

    async def by_hash(self, token_hash: str) -> SubscriptionLink | None:
        """The link whose token has this hash."""
        query = select(subscription_links).where(subscription_links.c.token_hash == token_hash)
        row = await fetch_one(self._connection, query)
        return link_from(row) if row is not None else None

    async def page(self, after: TelegramId | None, limit: int) -> tuple[SubscriptionLink, ...]:
        """The first links of customers whose ids are above *after*, by id."""
        links = subscription_links.c
        query = select(subscription_links).order_by(links.tg_id).limit(limit)
        above = query if after is None else query.where(links.tg_id > after)
        return tuple(map(link_from, await fetch_all(self._connection, above)))

    async def put(self, link: SubscriptionLink) -> None:
        """Record the customer's link in place of the one before: one statement."""
        changed = {"token_hash": link.token_hash, "sealed_token": link.sealed_token, "issued_at": link.issued_at}
        row = dialect_insert(self._connection, subscription_links).values(tg_id=link.tg_id, **changed)
        await execute(self._connection, row.on_conflict_do_update(index_elements=["tg_id"], set_=changed))

    async def remove(self, tg_id: TelegramId) -> None:
        """Forget the customer's link."""
        await execute(self._connection, delete(subscription_links).where(subscription_links.c.tg_id == tg_id))


class SqlGoodCopies:
    """The port `GoodCopies`."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def of_keys(self, key_ids: Collection[KeyId], wanted: SubscriptionFormat) -> tuple[GoodCopy, ...]:
        """The copies of these keys in one format, by key."""
        if not key_ids:
            return ()
        query = _COPIES.where(_copies.key_id.in_(sorted(set(key_ids))), _copies.format == wanted)
        return tuple(map(_copy_from, await fetch_all(self._connection, query.order_by(_copies.key_id))))

    async def put(self, copy: GoodCopy) -> None:
        """Record *copy* in place of the one of the same key and format: one statement."""
        changed = {
            "sealed": copy.sealed,
            "panel_id": copy.panel_id,
            "revision": copy.revision,
            "fetched_at": copy.fetched_at,
            "missing_since": copy.missing_since,
        }
        row = dialect_insert(self._connection, good_copies).values(key_id=copy.key_id, format=copy.format, **changed)
        await execute(self._connection, row.on_conflict_do_update(index_elements=["key_id", "format"], set_=changed))

    async def drop(self, key_ids: Collection[KeyId]) -> None:
        """Delete every copy of these keys."""
        if key_ids:
            await execute(self._connection, delete(good_copies).where(_copies.key_id.in_(sorted(set(key_ids)))))


class SqlLinkDevices:
    """The port `LinkDevices`."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def of_user(self, tg_id: TelegramId) -> tuple[LinkDevice, ...]:
        """The customer's devices, in the order in which they were first seen."""
        query = select(link_devices).where(_devices.tg_id == tg_id).order_by(_devices.first_seen_at, _devices.hash)
        return tuple(map(_device_from, await fetch_all(self._connection, query)))

    async def put(self, device: LinkDevice) -> None:
        """Record the device as it was seen now: one statement."""
        changed = {
            "name": device.name,
            "first_seen_at": device.first_seen_at,
            "last_seen_at": device.last_seen_at,
        }
        row = dialect_insert(self._connection, link_devices).values(tg_id=device.tg_id, hash=device.hash, **changed)
        await execute(self._connection, row.on_conflict_do_update(index_elements=["tg_id", "hash"], set_=changed))

    async def remove(self, tg_id: TelegramId, device_hash: str) -> None:
        """Forget one device of the customer, if it is known."""
        mine = delete(link_devices).where(_devices.tg_id == tg_id, _devices.hash == device_hash)
        await execute(self._connection, mine)

    async def remove_all(self, tg_id: TelegramId) -> None:
        """Forget every device of the customer."""
        await execute(self._connection, delete(link_devices).where(_devices.tg_id == tg_id))


def _device_from(row: Row) -> LinkDevice:
    return LinkDevice(TelegramId(row["tg_id"]), row["hash"], row["name"], row["first_seen_at"], row["last_seen_at"])


def link_from(row: Row, prefix: str = "") -> SubscriptionLink:
    """A row of `subscription_links`, whose columns are named with *prefix*."""
    tg_id, *rest = (row[f"{prefix}{name}"] for name in ("tg_id", "token_hash", "sealed_token", "issued_at"))
    return SubscriptionLink(TelegramId(tg_id), *rest)


def _copy_from(row: Row) -> GoodCopy:
    return GoodCopy(
        key_id=KeyId(row["key_id"]),
        format=SubscriptionFormat(row["format"]),
        sealed=row["sealed"],
        panel_id=PanelId(row["panel_id"]),
        revision=row["revision"],
        fetched_at=row["fetched_at"],
        missing_since=row["missing_since"],
    )
