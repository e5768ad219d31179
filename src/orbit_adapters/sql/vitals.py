"""What shows whether the shop is well, as its tables say: what waits and for how long, and how quick deliveries were.

Everything is read in one snapshot by statements over partial indexes or the rows of one day, so that the size of
the shop hardly matters; only the keys of each panel are counted in full, and seldom.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Float,
    and_,
    case,
    exists,
    func,
    literal_column,
    or_,
    select,
    type_coerce,
)
from sqlalchemy import cast as sql_cast
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from orbit_adapters.sql.engine import SNAPSHOT
from orbit_adapters.sql.errors import Operation, translate_errors
from orbit_adapters.sql.indexes import IS_ALIVE, IS_DUE_HOME, IS_HOME, IS_PAID, IS_UNASSIGNED, IS_UNDELIVERED
from orbit_adapters.sql.lost_messages import lost_messages
from orbit_adapters.sql.query import fetch_all
from orbit_adapters.sql.receipts import RECEIPT_REF
from orbit_adapters.sql.reversals import is_returned_whole
from orbit_adapters.sql.shield import run_to_completion
from orbit_adapters.sql.source_tables import cursors
from orbit_adapters.sql.tables import (
    configs,
    ledger_entries,
    marzban_instances,
    orders,
    outbox,
    payments,
    placements,
    receipts,
)
from orbit_adapters.sql.types import sum_as_text
from orbit_domain.ledger.ledger import EntryKind
from orbit_domain.notice.repository import LostMessages

DELIVERY_LIMITS_S = (5, 15, 30, 60, 120, 300, 900, 3600, 21_600)
"""Deliveries are counted by these; 60 s is what is promised."""
RECENT = timedelta(days=1)
_HOMES_EVERY = timedelta(minutes=10)
_MOST_UNMATCHED = 10_000


@dataclass(frozen=True, slots=True)
class Waiting:
    """So many wait, the first of them since `since`."""

    count: int
    since: datetime | None = None


@dataclass(frozen=True, slots=True)
class OutboxVitals:
    """Messages of one topic: those that are due, and how many of all have failed at least once."""

    due: Waiting
    failing: int


@dataclass(frozen=True, slots=True)
class Deliveries:
    """Of sold orders that were paid in the last day: how many were delivered within each of DELIVERY_LIMITS_S, in all,
    and after how many seconds together.
    """

    within: tuple[int, ...]
    count: int
    total_s: float


@dataclass(frozen=True, slots=True)
class PanelVitals:
    """A panel's places, its keys as they were counted last, and how many keys it hasn't confirmed."""

    is_active: bool
    capacity: int | None
    keys: int
    unconfirmed: int


@dataclass(frozen=True, slots=True)
class Vitals:
    """As it was at `at`. `payments` are those of the last day, by method and status; `unmatched` has count and amount
    by asset, of the newest ten thousand; `outbox` is by topic, `lost` of the last day, and `watermarks` by source.
    """

    at: datetime
    payments: Mapping[tuple[str, str], int]
    deliveries: Deliveries
    undelivered: Waiting
    unmatched: Mapping[str, tuple[int, Decimal]]
    outbox: Mapping[str, OutboxVitals]
    lost: Sequence[LostMessages]
    watermarks: Mapping[str, datetime]
    panels: Mapping[str, PanelVitals]


class SqlVitals:
    """Reads them over *engine*."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine.execution_options(**SNAPSHOT[engine.dialect.name])
        self._homes: Mapping[str, int] = {}
        self._homes_at: datetime | None = None

    async def read(self, now: datetime) -> Vitals:
        """What the tables say at *now*: eight statements, and seldom one more. Raises StorageError."""
        return await run_to_completion(self._read(now))

    async def _read(self, now: datetime) -> Vitals:
        with translate_errors(Operation.CONNECT):
            async with self._engine.begin() as connection:
                if self._homes_at is None or not timedelta(0) <= now - self._homes_at < _HOMES_EVERY:
                    self._homes, self._homes_at = await _homes(connection), now
                return Vitals(
                    at=now,
                    payments=await _payments(connection, now - RECENT),
                    deliveries=await _deliveries(connection, now - RECENT),
                    undelivered=await _undelivered(connection),
                    unmatched=await _unmatched(connection),
                    outbox=await _outbox(connection, now),
                    lost=await lost_messages(connection, now - RECENT),
                    watermarks=await _watermarks(connection),
                    panels=await _panels(connection, self._homes),
                )


async def _payments(connection: AsyncConnection, since: datetime) -> Mapping[tuple[str, str], int]:
    key = (payments.c.method, payments.c.status)
    statement = select(*key, func.count().label("count")).where(payments.c.created_at >= since).group_by(*key)
    return {(row["method"], row["status"]): row["count"] for row in await fetch_all(connection, statement)}


async def _deliveries(connection: AsyncConnection, since: datetime) -> Deliveries:
    seconds = _seconds_between(orders.c.paid_at, orders.c.delivered_at, connection.dialect.name)
    taken = _seconds_between(orders.c.taken_at, orders.c.delivered_at, connection.dialect.name)
    waited = (
        select(case((orders.c.is_gift, taken), else_=seconds).label("seconds"))
        .where(orders.c.paid_at.is_not(None), orders.c.paid_at >= since)
        .where(orders.c.delivered_at.is_not(None), orders.c.price > literal_column("0"))
        .subquery("waited")
    )
    counts = [
        func.count(case((waited.c.seconds <= limit, literal_column("1")))).label(f"within_{limit}")
        for limit in DELIVERY_LIMITS_S
    ]
    (row,) = await fetch_all(
        connection, select(*counts, func.count().label("count"), func.sum(waited.c.seconds).label("seconds"))
    )
    total_s = row["seconds"] or 0
    within = tuple(row[f"within_{limit}"] for limit in DELIVERY_LIMITS_S)
    return Deliveries(within, row["count"], float(total_s))


def _seconds_between(begin: ColumnElement[Any], end: ColumnElement[Any], dialect: str) -> ColumnElement[Any]:
    if dialect == "sqlite":  # Microseconds since 1970.
        return (type_coerce(end, BigInteger) - type_coerce(begin, BigInteger)) / literal_column("1000000.0")
    return sql_cast(func.extract("epoch", end - begin), Float)


async def _undelivered(connection: AsyncConnection) -> Waiting:
    """Everything that is paid for, trials included; of gifts those that are taken."""
    since = case((orders.c.is_gift, orders.c.taken_at), else_=orders.c.paid_at)
    begun = or_(~orders.c.is_gift, orders.c.taken_at.is_not(None))
    statement = select(func.count().label("count"), func.min(since).label("since")).where(IS_PAID, begun)
    (row,) = await fetch_all(connection, statement)
    return Waiting(row["count"], row["since"])


async def _unmatched(connection: AsyncConnection) -> Mapping[str, tuple[int, Decimal]]:
    credit = exists().where(and_(ledger_entries.c.kind == EntryKind.CREDIT, ledger_entries.c.ref == RECEIPT_REF))
    newest = (
        select(receipts.c.asset, receipts.c.decimals, receipts.c.units)
        .where(IS_UNASSIGNED, ~credit, ~is_returned_whole())
        .order_by(receipts.c.occurred_at.desc())
        .limit(_MOST_UNMATCHED)
        .subquery("newest")
    )
    key = (newest.c.asset, newest.c.decimals)
    totals = (func.count().label("count"), sum_as_text(newest.c.units).label("units"))
    rows = await fetch_all(connection, select(*key, *totals).group_by(*key))
    return {row["asset"]: (row["count"], Decimal(row["units"]).scaleb(-row["decimals"])) for row in rows}


async def _outbox(connection: AsyncConnection, now: datetime) -> Mapping[str, OutboxVitals]:
    """What waits for the morning, or for its next attempt, isn't due."""
    is_due = outbox.c.not_before <= now
    statement = select(
        outbox.c.topic,
        func.count(case((is_due, literal_column("1")))).label("due"),
        func.min(case((is_due, outbox.c.not_before))).label("since"),
        func.count(case((outbox.c.attempts > 0, literal_column("1")))).label("failing"),
    )
    rows = await fetch_all(connection, statement.where(IS_UNDELIVERED).group_by(outbox.c.topic))
    return {row["topic"]: OutboxVitals(Waiting(row["due"], row["since"]), row["failing"]) for row in rows}


async def _watermarks(connection: AsyncConnection) -> Mapping[str, datetime]:
    statement = select(cursors.c.source, cursors.c.watermark).where(cursors.c.watermark.is_not(None))
    return {row["source"]: row["watermark"] for row in await fetch_all(connection, statement)}


async def _homes(connection: AsyncConnection) -> Mapping[str, int]:
    is_home = and_(placements.c.key_id == configs.c.id, IS_HOME)
    counted = select(placements.c.panel_id, func.count().label("count")).select_from(configs).join(placements, is_home)
    return _by_panel(await fetch_all(connection, counted.where(IS_ALIVE).group_by(placements.c.panel_id)))


async def _panels(connection: AsyncConnection, homes: Mapping[str, int]) -> Mapping[str, PanelVitals]:
    panel = marzban_instances.c
    due = select(placements.c.panel_id, func.count().label("count")).where(IS_DUE_HOME).group_by(placements.c.panel_id)
    unconfirmed = _by_panel(await fetch_all(connection, due))
    rows = await fetch_all(connection, select(panel.id, panel.is_active, panel.capacity).where(~panel.removed))
    return {
        row["id"]: PanelVitals(
            row["is_active"], row["capacity"], homes.get(row["id"], 0), unconfirmed.get(row["id"], 0)
        )
        for row in rows
    }


def _by_panel(rows: Sequence[Mapping[Any, Any]]) -> Mapping[str, int]:
    return {row["panel_id"]: row["count"] for row in rows if row["panel_id"] is not None}
