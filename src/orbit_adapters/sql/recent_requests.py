"""What was asked for lately, in SQL."""

from datetime import datetime
from itertools import groupby
from typing import Any
from uuid import UUID

from sqlalchemy import Table, select, union
from sqlalchemy.ext.asyncio import AsyncConnection

from orbit_adapters.sql.gift_tables import gifts
from orbit_adapters.sql.gifts import gift_from
from orbit_adapters.sql.key_rows import key_from, placement_from
from orbit_adapters.sql.link_tables import subscription_links
from orbit_adapters.sql.orders import order_from
from orbit_adapters.sql.payments import payment_from
from orbit_adapters.sql.promo_tables import promos
from orbit_adapters.sql.promos import promo_from
from orbit_adapters.sql.query import Row, fetch_all
from orbit_adapters.sql.subscription_links import link_from
from orbit_adapters.sql.tables import configs, orders, payments, placements, users
from orbit_adapters.sql.users import user_from
from orbit_domain.money import Currency
from orbit_domain.request_journal.requests import AskedOrder, IssuedKey, Requests

_GIFT, _PROMO, _PLACEMENT, _LINK = "gift_", "discounted_by_", "placement_", "link_"


class SqlRecentRequests:
    """The port `RecentRequests`: each kind by an index of its time."""

    def __init__(self, connection: AsyncConnection, base: Currency) -> None:
        self._connection = connection
        self._base = base

    async def since(self, at: datetime) -> Requests:
        """By id; four statements."""
        # Sorted here: SQLite would rather read every user in the order of the ids.
        came = await fetch_all(self._connection, select(users).where(users.c.created_at >= at))
        asked = await fetch_all(self._connection, select(payments).where(payments.c.created_at >= at))
        return Requests(
            users=tuple(user_from(row, self._base) for row in sorted(came, key=lambda row: int(row["tg_id"]))),
            orders=tuple(map(_asked_order, await fetch_all(self._connection, _orders(at)))),
            payments=tuple(map(payment_from, sorted(asked, key=_id))),
            keys=_issued_keys(await fetch_all(self._connection, _keys(at))),
        )


def _orders(at: datetime) -> Any:
    wanted = union(
        select(payments.c.order_id).where(payments.c.created_at >= at, payments.c.order_id.is_not(None)),
        select(orders.c.id).where(orders.c.paid_at.is_not(None), orders.c.paid_at >= at),
    )
    return (
        select(orders, *_labelled(gifts, _GIFT), *_labelled(promos, _PROMO))
        .outerjoin(gifts, gifts.c.order_id == orders.c.id)
        .outerjoin(promos, promos.c.code == orders.c.promo_code)
        .where(orders.c.id.in_(wanted))
        .order_by(orders.c.id)
    )


def _keys(at: datetime) -> Any:
    links = subscription_links
    wanted = union(
        select(configs.c.id).where(configs.c.created_at >= at),
        select(configs.c.id).join(links, links.c.tg_id == configs.c.tg_id).where(links.c.issued_at >= at),
    )
    return (
        select(configs, *_labelled(placements, _PLACEMENT), *_labelled(links, _LINK))
        .join(placements, placements.c.key_id == configs.c.id)
        .outerjoin(links, links.c.tg_id == configs.c.tg_id)
        .where(configs.c.id.in_(wanted))
        .order_by(configs.c.id, placements.c.number)
    )


def _id(row: Row) -> UUID:
    identity: UUID = row["id"]
    return identity


def _labelled(table: Table, prefix: str) -> list[Any]:
    return [column.label(f"{prefix}{column.name}") for column in table.c]


def _asked_order(row: Row) -> AskedOrder:
    gift = gift_from(row, _GIFT) if row[f"{_GIFT}order_id"] is not None else None
    promo = promo_from(row, _PROMO) if row[f"{_PROMO}code"] is not None else None
    return AskedOrder(order_from(row), gift, promo)


def _issued_keys(rows: Any) -> tuple[IssuedKey, ...]:
    """A key has a row for each of its placements."""
    found = []
    for _, group in groupby(rows, key=lambda row: row["id"]):
        places = list(group)
        key = key_from(places[0], tuple(placement_from(row, _PLACEMENT) for row in places))
        has_link = places[0][f"{_LINK}tg_id"] is not None
        found.append(IssuedKey(key, link_from(places[0], _LINK) if has_link else None))
    return tuple(found)
