"""Entries of the ledger from their rows, and the requests among them."""

from collections.abc import Sequence
from itertools import groupby
from typing import Any

from sqlalchemy import Select, exists, func, literal, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from orbit_adapters.sql.query import Row, fetch_all
from orbit_adapters.sql.tables import ledger_entries, ledger_postings
from orbit_domain.ledger.adjustments import REQUEST_NAMES
from orbit_domain.ledger.ledger import Entry, EntryKind, Line
from orbit_domain.money import Currency

_entries, _postings = ledger_entries.c, ledger_postings.c
_REQUEST, _DECIDED = REQUEST_NAMES


def entry_from(rows: Sequence[Row]) -> Entry:
    """An entry from the rows of its lines, in order."""
    entry = rows[0]
    lines = tuple(Line(row["account"], row["units"], Currency(row["currency"], row["decimals"])) for row in rows)
    return Entry(
        EntryKind(entry["kind"]), entry["ref"], lines, entry["at"], entry["actor"], entry["reason"], entry["corrects"]
    )


def entries_from(rows: Sequence[Row]) -> tuple[Entry, ...]:
    """Entries from the rows of their lines, which stand one entry after the other."""
    return tuple(entry_from(list(lines)) for _, lines in groupby(rows, key=lambda row: row["id"]))


async def undecided_requests(connection: AsyncConnection, limit: int) -> tuple[Entry, ...]:
    """Entries that ask for an adjustment about which nothing is decided, oldest first."""
    decisions = ledger_entries.alias("decisions")
    name = literal(_DECIDED) + func.substr(_entries.ref, len(_REQUEST) + 1)
    decided = exists().where(decisions.c.kind == EntryKind.ADJUSTMENT, decisions.c.ref == name)
    return await _entries_of(connection, _named(_REQUEST).where(~decided).limit(limit))


async def requests_and_decisions(connection: AsyncConnection) -> tuple[Entry, ...]:
    """Every entry that asks for an adjustment, or decides about one."""
    return await _entries_of(connection, _named(*REQUEST_NAMES))


def _named(*prefixes: str) -> Select[Any]:
    """Entries whose names begin so, by ranges: they are read from the index of names."""
    # A colon ends each prefix, and a semicolon follows a colon.
    ranges = [(_entries.ref >= prefix) & (_entries.ref < f"{prefix[:-1]};") for prefix in prefixes]
    return select(ledger_entries).where(_entries.kind == EntryKind.ADJUSTMENT, or_(*ranges)).order_by(_entries.id)


async def _entries_of(connection: AsyncConnection, found: Select[Any]) -> tuple[Entry, ...]:
    chosen = found.subquery()
    statement = select(chosen, ledger_postings).join(ledger_postings, _postings.entry_id == chosen.c.id)
    return entries_from(await fetch_all(connection, statement.order_by(chosen.c.id, _postings.position)))
