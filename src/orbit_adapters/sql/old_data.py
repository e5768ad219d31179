"""Old data in SQL: found through an index of its age alone, forgotten by primary keys."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Column, ColumnElement, Select, Table, and_, delete, exists, func, select, true, tuple_, update
from sqlalchemy.ext.asyncio import AsyncConnection

from orbit_adapters.sql.broadcast_tables import broadcasts
from orbit_adapters.sql.indexes import HAS_LINKS_LEFT, HAS_PAYLOAD, HAS_RAW, IS_DEAD, IS_SENT
from orbit_adapters.sql.query import Row, execute, fetch_all, fetch_one
from orbit_adapters.sql.source_tables import source_records
from orbit_adapters.sql.tables import configs, inbox, outbox, placements, receipts
from orbit_domain.notice.announcement import broadcast_of
from orbit_domain.old_data.old_data import OldData
from orbit_domain.old_data.repository import OldRow


@dataclass(frozen=True, slots=True)
class _Rows:
    """Where one kind of old data is: its age, the condition of the index, and what else must be true.

    `emptied` is what stands in place of the data; None: the row goes.
    """

    table: Table
    at: Column[Any]
    indexed: ColumnElement[bool]
    emptied: Mapping[str, Any] | None = None
    also: ColumnElement[bool] | None = None

    @property
    def key(self) -> tuple[Column[Any], ...]:
        """The primary key."""
        return tuple(self.table.primary_key.columns)

    def old(self, before: datetime) -> ColumnElement[bool]:
        """Whether a row is of this kind and that old."""
        return and_(self.indexed, self.at < before, *([] if self.also is None else [self.also]))


# Whoever claims a transfer may name it as the wallet does, which only the provider's text says.
_IS_ASSIGNED = ~exists().where(
    receipts.c.source == source_records.c.source,
    receipts.c.external_id == source_records.c.external_id,
    receipts.c.tg_id.is_(None),
)
_IS_DELETED = exists().where(configs.c.id == placements.c.key_id, configs.c.deleted == true())
_KINDS: Final[Mapping[OldData, _Rows]] = {
    OldData.NOTICES: _Rows(outbox, outbox.c.done_at, IS_SENT),
    OldData.DEAD_NOTICES: _Rows(outbox, outbox.c.dead_at, IS_DEAD),
    OldData.RAW_RECORDS: _Rows(source_records, source_records.c.seen_at, HAS_RAW, {"raw": ""}, _IS_ASSIGNED),
    OldData.MONEY_UPDATES: _Rows(inbox, inbox.c.received_at, HAS_PAYLOAD, {"payload": ""}),
    OldData.KEY_LINKS: _Rows(
        placements, placements.c.confirmed_at, HAS_LINKS_LEFT, {"subscription_url": None, "links": ()}, _IS_DELETED
    ),
}


class SqlOldDataRows:
    """The port `OldDataRows`."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def page(self, kind: OldData, before: datetime, after: OldRow | None, limit: int) -> tuple[OldRow, ...]:
        """The oldest rows beyond *after*: one statement, one range of an index."""
        rows = _KINDS[kind]
        order = (rows.at, *rows.key)
        found = select(*order).where(rows.old(before)).order_by(*order).limit(limit)
        if after is not None:
            # Written twice: SQLite's planner begins at the age, and not where the whole tuple is greater.
            found = found.where(rows.at >= after.at, tuple_(*order) > (after.at, *after.key))
        return tuple(_old_row(row) for row in await fetch_all(self._connection, found))

    async def count(self, kind: OldData, before: datetime, limit: int) -> int:
        """How many there are, *limit* at most: one statement."""
        rows = _KINDS[kind]
        some = select(rows.at).where(rows.old(before)).limit(limit).subquery()
        row = await fetch_one(self._connection, select(func.count().label("rows")).select_from(some))
        return int(row["rows"]) if row is not None else 0

    async def forget(self, kind: OldData, before: datetime, rows: Sequence[OldRow]) -> int:
        """Forget their data: one statement, and one for each broadcast that some of them were of."""
        of = _KINDS[kind]
        if not rows:
            return 0
        held = _held(of, before, rows)
        is_held = of.key[0].in_(held) if len(of.key) == 1 else tuple_(*of.key).in_(held)
        if of.emptied is not None:
            emptied = update(of.table).where(is_held).values(**of.emptied).returning(of.at)
            return len(await fetch_all(self._connection, emptied))
        columns = (outbox.c.dedupe, outbox.c.dead_at, outbox.c.dropped_reason)
        gone = await fetch_all(self._connection, delete(of.table).where(is_held).returning(*columns))
        await self._count_broadcasts(gone)
        return len(gone)

    async def _count_broadcasts(self, gone: Sequence[Row]) -> None:
        """What became of a broadcast stays known when its messages are gone."""
        sent: Counter[UUID] = Counter()
        lost: Counter[UUID] = Counter()
        for row in gone:
            if (name := broadcast_of(row["dedupe"])) is not None:
                is_sent = row["dead_at"] is None and row["dropped_reason"] is None
                (sent if is_sent else lost)[name] += 1
        for name in sorted(sent.keys() | lost.keys()):
            more = {"sent": broadcasts.c.sent + sent[name], "lost": broadcasts.c.lost + lost[name]}
            await execute(self._connection, update(broadcasts).where(broadcasts.c.id == name).values(**more))


def _held(of: _Rows, before: datetime, rows: Sequence[OldRow]) -> Select[Any]:
    """The keys of those that are still as old, held; not those that another worker holds."""
    if len(of.key) == 1:
        named = of.key[0].in_([row.key[0] for row in rows])
    else:
        named = tuple_(*of.key).in_([row.key for row in rows])
    return select(*of.key).where(named, of.old(before)).with_for_update(skip_locked=True, of=of.table)


def _old_row(row: Row) -> OldRow:
    values: tuple[Any, ...] = tuple(row.values())
    return OldRow(values[0], values[1:])
