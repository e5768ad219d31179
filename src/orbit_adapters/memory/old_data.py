"""Old data in memory."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import islice

from orbit_adapters.memory.tables import OutboxRow, Session, Tables
from orbit_domain.access.placement import Placement, PlacementState
from orbit_domain.ids import BroadcastId, KeyId
from orbit_domain.notice.announcement import broadcast_of
from orbit_domain.old_data.old_data import OldData
from orbit_domain.old_data.repository import OldRow

_LEFT = (PlacementState.LEAVING, PlacementState.REMOVING)


class MemoryOldDataRows:
    """The port `OldDataRows`."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def page(self, kind: OldData, before: datetime, after: OldRow | None, limit: int) -> tuple[OldRow, ...]:
        """The oldest rows beyond *after*."""
        rows = sorted(self._old(kind, before), key=_place)
        return tuple(islice((row for row in rows if after is None or _place(row) > _place(after)), limit))

    async def count(self, kind: OldData, before: datetime, limit: int) -> int:
        """How many there are, *limit* at most."""
        return sum(1 for _ in islice(self._old(kind, before), limit))

    async def forget(self, kind: OldData, before: datetime, rows: Sequence[OldRow]) -> int:
        """Forget their data."""
        old = {row.key for row in self._old(kind, before)}
        gone = [row for row in rows if row.key in old]
        for row in gone:
            self._forget(kind, row)
        return len(gone)

    def _old(self, kind: OldData, before: datetime) -> Iterator[OldRow]:
        return (row for row in _rows(kind, self._session.tables) if row.at < before)

    def _forget(self, kind: OldData, row: OldRow) -> None:
        tables = self._session.tables
        match kind, row.key:
            case OldData.RAW_RECORDS, (str(source), str(external_id)):
                record = tables.source_records[source, external_id]
                tables.source_records[source, external_id] = replace(record, raw="")
            case OldData.MONEY_UPDATES, (str(source), str(external_id)):
                tables.inbox[source, external_id] = replace(tables.inbox[source, external_id], payload="")
            case OldData.KEY_LINKS, (key_id, int(number)):
                key = tables.keys[KeyId(key_id)]  # type: ignore[arg-type]
                placements = (_without_links(one) if one.number == number else one for one in key.placements)
                tables.keys[key.id] = replace(key, placements=tuple(placements))
            case _, (name,):
                _drop(tables, tables.messages[name])  # type: ignore[index]


def _rows(kind: OldData, tables: Tables) -> Iterator[OldRow]:
    """What is of that *kind*, of any age."""
    match kind:
        case OldData.NOTICES | OldData.DEAD_NOTICES:
            for row in tables.messages.values():
                at = row.message.done_at if kind is OldData.NOTICES else row.message.dead_at
                if at is not None:
                    yield OldRow(at, (row.message.id,))
        case OldData.RAW_RECORDS:
            for key, record in tables.source_records.items():
                if record.raw and key not in tables.unassigned_receipts:
                    yield OldRow(tables.records_seen_at[key], key)
        case OldData.MONEY_UPDATES:
            for entry in tables.inbox.values():
                if entry.payload:
                    yield OldRow(entry.received_at, (entry.source, entry.external_id))
        case OldData.KEY_LINKS:
            for owner in tables.keys.values():
                for one in owner.placements if owner.deleted else ():
                    if one.state in _LEFT and one.subscription_url is not None and one.confirmed_at is not None:
                        yield OldRow(one.confirmed_at, (owner.id, one.number))


def _place(row: OldRow) -> tuple[object, ...]:
    return (row.at, *map(str, row.key))


def _without_links(one: Placement) -> Placement:
    return replace(one, subscription_url=None, links=())


def _drop(tables: Tables, row: OutboxRow) -> None:
    message = row.message
    del tables.messages[message.id]
    del tables.dedupe_keys[message.dedupe]
    tables.messages_of[message.tg_id] = tuple(one for one in tables.messages_of.of(message.tg_id) if one != message.id)
    if (name := broadcast_of(message.dedupe)) is not None:
        is_sent = message.done_at is not None and message.dropped_reason is None
        sent, lost = tables.broadcasts_told.get(BroadcastId(name), (0, 0))
        tables.broadcasts_told[BroadcastId(name)] = (sent + is_sent, lost + (not is_sent))
