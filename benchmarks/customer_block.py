"""Two hundred thousand customers with a past: what a few have done in a real shop, repeated with other names and times.

A block is everything that is recorded of a few customers, each of whom has used the shop's own use cases. A large shop
is the same block again and again: other ids, names and numbers, other times. So the ledger of a large shop holds, and
a table that is added tomorrow is in it.
"""

import re
import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Any
from uuid import UUID

import asyncpg
from sqlalchemy import Boolean, Column, Table, make_url

from benchmarks.past_lives import FIRST_ID, PEOPLE, live
from orbit_adapters.sql.engine import open_engine
from orbit_adapters.sql.indexes import schema
from orbit_adapters.sql.migrate import migrate
from orbit_adapters.sql.storage import SqlStorage
from orbit_adapters.sql.types import Identity, UtcDateTime, WholeUnits
from orbit_domain.money import RUB

NUMBERS = 1_000
"""How many numbers a block takes: of customers, entries and grants."""
_OF_THE_SHOP = frozenset(
    {"audit", "cursors", "marzban_instances", "plans", "promos", "rates", "settings", "shop_chats"}
)
_YOUNGEST, _SPAN = timedelta(days=5), timedelta(days=360)
_CACHE_KIB = 256 * 1024
_GOLDEN = 0.6180339887498949
_NAMES = {
    "orders": ("nonce",), "configs": ("nonce",), "payments": ("comment",), "subscription_links": ("token_hash",),
    "source_records": ("external_id", "digest"),
}  # fmt: skip
"""Names that are nobody else's. They get the number of the copy."""
_PEOPLE = frozenset({"tg_id", "chat_id", "referrer_id", "inviter_id", "invited_id", "taken_by"})
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

Value = Any
Make = Callable[["_Copy"], Value]


@dataclass(frozen=True, slots=True)
class _Copy:
    """The *number*-th repetition: how far back its times are moved, and what stands for the marks in its texts."""

    number: int
    back_us: int
    marks: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class CustomerBlock:
    """Everything recorded of *customers* customers at the time *now*: for each table, its rows as makers of values."""

    customers: int
    now: datetime
    tables: Mapping[Table, Sequence[Sequence[Make]]]

    async def fill(self, url: str, customers: int, before: int = 0) -> None:
        """Add copies to the shop at *url*, which has *before* such customers, until there are *customers*."""
        numbers = range(before // self.customers + 1, customers // self.customers + 1)
        copies = [_copy(number) for number in numbers]
        if url.startswith("sqlite"):
            self._fill_sqlite(url.partition("///")[2], copies)
        else:
            await self._fill_postgres(url, copies)

    def _rows(self, table: Table, copies: Sequence[_Copy]) -> Iterator[tuple[Value, ...]]:
        rows = self.tables[table]
        return (tuple([make(copy) for make in row]) for copy in copies for row in rows)

    def _fill_sqlite(self, path: str, copies: Sequence[_Copy]) -> None:
        connection = sqlite3.connect(path)
        try:
            connection.execute("PRAGMA synchronous=OFF")
            connection.execute(f"PRAGMA cache_size=-{_CACHE_KIB}")
            for table in self.tables:
                places = ", ".join("?" for _ in table.columns)
                connection.executemany(f"INSERT INTO {table.name} VALUES ({places})", self._rows(table, copies))
            connection.commit()  # Without ANALYZE: a shop on SQLite has no statistics either.
            # What was filled in is on the disk before anything is measured.
            connection.execute("PRAGMA synchronous=FULL")
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        finally:
            connection.close()

    async def _fill_postgres(self, url: str, copies: Sequence[_Copy]) -> None:
        plain = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
        connection = await asyncpg.connect(plain)
        try:
            with suppress(asyncpg.InsufficientPrivilegeError):
                # Whether rows reference each other isn't checked row by row: a block is whole.
                await connection.execute("SET session_replication_role = replica")
            for table in self.tables:
                convert = [_converter(column) for column in table.columns]
                rows = (
                    [one if to is None or one is None else to(one) for to, one in zip(convert, row, strict=True)]
                    for row in self._rows(table, copies)
                )
                names = [column.name for column in table.columns]
                await connection.copy_records_to_table(table.name, records=rows, columns=names)
            for name in ("ledger_entries", "grants"):
                newest = f"(SELECT max(id) FROM {name})"
                await connection.execute(f"SELECT setval(pg_get_serial_sequence('{name}', 'id'), {newest})")
            await connection.execute("VACUUM (ANALYZE)")
        finally:
            await connection.close()


async def customer_block(folder: Path) -> CustomerBlock:
    """Let a few customers live in a shop in *folder*, and read what is recorded of them."""
    path = folder / "block.db"
    url = f"sqlite+aiosqlite:///{path}"
    await migrate(url)
    engine = open_engine(url, "OFF")
    try:
        now = await live(SqlStorage(engine, base=RUB))
    finally:
        await engine.dispose()
    with sqlite3.connect(path) as connection:
        recorded = {
            table: connection.execute(
                f"SELECT {', '.join(column.name for column in table.columns)} FROM {table.name}"
            ).fetchall()
            for table in schema.sorted_tables
            if table.name not in _OF_THE_SHOP
        }
    connection.close()
    marked = _Marks(recorded)
    tables = {
        table: made
        for table, rows in recorded.items()
        if (made := [[*map(marked.maker, table.columns, row)] for row in rows if not _is_the_owners(table, row)])
    }
    return CustomerBlock(PEOPLE, now, tables)


def _is_the_owners(table: Table, row: Sequence[Value]) -> bool:
    tg_id = dict(zip(table.columns.keys(), row, strict=True)).get("tg_id")
    return tg_id is not None and tg_id < FIRST_ID


def _copy(number: int) -> _Copy:
    if number * NUMBERS >= 10**9:
        raise ValueError("too many copies")
    back = _YOUNGEST + _SPAN * (number * _GOLDEN % 1)
    # The first eight digits of a made id and of a made secret say which copy it is of.
    marks = {"person": f"{number:06d}", "id": f"{number:08x}", "secret": f"{0x0100_0000 + number:08x}"}
    return _Copy(number, back // timedelta(microseconds=1), {**marks, "name": f"-{number}"})


class _Marks:
    """Finds the names of a block's people and things in its values, wherever they stand."""

    def __init__(self, recorded: Mapping[Table, Sequence[Sequence[Value]]]) -> None:
        self._marked: dict[str, str] = {}
        for table, rows in recorded.items():
            names = table.columns.keys()
            for row in rows:
                for column, value in zip(table.columns, row, strict=True):
                    if isinstance(column.type, Identity) and value:
                        self._marked[value] = f"%({'secret' if value.startswith('01') else 'id'})s{value[8:]}"
                for name in _NAMES.get(table.name, ()):
                    value = row[names.index(name)]
                    if value:
                        self._marked[value] = f"{value}%(name)s"
        people = range(FIRST_ID, FIRST_ID + PEOPLE)
        self._marked |= {str(one): f"{str(one)[:1]}%(person)s{str(one)[7:]}" for one in people}
        longest_first = sorted(self._marked, key=len, reverse=True)
        self._any = re.compile("|".join(re.escape(one) for one in longest_first))

    def maker(self, column: "Column[Any]", value: Value) -> Make:
        """What makes the value of *column* in a copy."""
        if value is None:
            return _same(None)
        if isinstance(column.type, UtcDateTime):
            return lambda copy: value - copy.back_us
        if column.name in _PEOPLE or (column.name in ("id", "entry_id") and isinstance(value, int)):
            return lambda copy: value + copy.number * NUMBERS
        if isinstance(value, str) and self._any.search(value):
            text = self._any.sub(lambda found: self._marked[found[0]], value.replace("%", "%%"))
            return lambda copy: text % copy.marks
        return _same(value)


def _same(value: Value) -> Make:
    return lambda _copy: value


def _converter(column: "Column[Any]") -> Callable[[Any], Any] | None:
    """From SQLite's value to PostgreSQL's."""
    kinds: tuple[tuple[type, Callable[[Any], Any]], ...] = (
        (Identity, UUID), (UtcDateTime, partial(_moment)), (WholeUnits, Decimal), (Boolean, bool),
    )  # fmt: skip
    return next((to for kind, to in kinds if isinstance(column.type, kind)), None)


def _moment(microseconds: int) -> datetime:
    return _EPOCH + timedelta(microseconds=microseconds)
