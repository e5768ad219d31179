"""Rows of an SQLite database as lines of JSON: out of one snapshot, and into an empty file.

A transaction that reads is a snapshot of a database with a write-ahead log, as every shop's is. The online backup would
begin again with each change of a busy shop, and leave a second file in plain text.
"""

import asyncio
import base64
import binascii
import hashlib
import json
import sqlite3
from collections.abc import AsyncIterator, Iterable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, nullcontext
from pathlib import Path
from typing import Any

from orbit_adapters.backup.refused import broken
from orbit_adapters.backup.tables import Dump, EmptyDatabase, TableShape, Write, listed, quoted
from orbit_adapters.backup.throttle import synced_often
from orbit_domain.backup.manifest import TableFacts

_BATCH = 1_000
_MAX_LINE = 64 * 1024 * 1024
_BYTES = "bytes"
_PLAIN = frozenset({type(None), int, float, str})
_CACHE_KIB = 32 * 1024
_INDEXES = "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL ORDER BY name"


@asynccontextmanager
async def sqlite_dump(file: Path) -> AsyncIterator[Dump]:
    """The database in *file* as one moment has left it. Nobody waits for it."""
    connection = _open(file, "PRAGMA query_only=ON")
    try:
        _begin_snapshot(connection)
        yield _SqliteDump(connection)
    finally:
        connection.close()


@asynccontextmanager
async def sqlite_target(file: Path, *, kept: bool) -> AsyncIterator[EmptyDatabase]:
    """The database in *file*, which has tables and no rows. What is loaded is there when the block ends well."""
    # It is thrown away when anything fails: nothing of it has to survive a power cut, or to be taken back. With a log
    # each row would be written twice, while customers wait for the same disk.
    connection = _open(
        file,
        "PRAGMA journal_mode=OFF",
        "PRAGMA synchronous=OFF",
        f"PRAGMA cache_size=-{_CACHE_KIB}",
        "PRAGMA foreign_keys=OFF",
        "BEGIN",
    )
    try:
        # What is kept is alone, and synced when it is whole.
        with nullcontext() if kept else synced_often(file):
            yield _SqliteTarget(connection)
            connection.commit()
    finally:
        connection.close()


def _open(file: Path, *statements: str) -> sqlite3.Connection:
    connection = sqlite3.connect(file, isolation_level=None)
    connection.execute("PRAGMA busy_timeout=5000")
    for statement in statements:
        connection.execute(statement)
    return connection


def _begin_snapshot(connection: sqlite3.Connection) -> None:
    connection.execute("BEGIN")
    # The first read fixes the moment. A damaged file is found here, not in a year.
    if connection.execute("PRAGMA quick_check(1)").fetchone()[0] != "ok":
        raise sqlite3.DatabaseError("damaged")


class _SqliteDump:
    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    async def revision(self) -> str:
        return str(self._connection.execute("SELECT version_num FROM alembic_version").fetchone()[0])

    async def rows(self, table: TableShape, write: Write) -> TableFacts:
        digest, rows = hashlib.sha256(), 0
        cursor = self._connection.execute(table.select)
        while piece := _next_lines(cursor):
            digest.update(piece)
            rows += piece.count(b"\n")
            await write(piece)
        return TableFacts(table.name, rows, digest.hexdigest())

    async def sequences(self) -> Mapping[str, int | None]:
        return {}  # SQLite goes on after the largest number that is there.

    async def cursors(self) -> Mapping[str, str]:
        return dict(self._connection.execute("SELECT source, position FROM cursors").fetchall())


class _SqliteTarget:
    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        # An index that is made of all rows at once costs a part of one that grows row by row.
        self._indexes = connection.execute(_INDEXES).fetchall()
        for name, _ in self._indexes:
            connection.execute(f"DROP INDEX {quoted(name)}")

    async def shapes(self) -> Mapping[str, TableShape]:
        names = self._connection.execute(
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite@_%' ESCAPE '@'"
        ).fetchall()
        return {name: self._shape(name) for (name,) in names}

    async def load(self, table: TableShape, columns: tuple[str, ...], rows: AsyncIterator[bytes]) -> None:
        marks = ", ".join("?" * len(columns))
        insert = f"INSERT INTO {quoted(table.name)} ({listed(columns)}) VALUES ({marks})"  # noqa: S608
        rest = b""
        async for piece in rows:
            *lines, rest = (rest + piece).split(b"\n")
            if len(rest) > _MAX_LINE:
                raise broken(f"a row of {table.name} is larger than any that was written")
            self._insert(table, insert, len(columns), lines)
        if rest:
            raise broken(f"the last row of {table.name} has no end")

    async def finish(self, sequences: Mapping[str, int | None]) -> None:
        if sequences:
            raise broken("its sequences aren't those of its schema")
        for name, statement in self._indexes:
            await asyncio.sleep(0)
            try:
                self._connection.execute(statement)
            except sqlite3.IntegrityError:
                raise broken(f"rows contradict each other ({name})") from None
        if self._connection.execute("PRAGMA foreign_key_check").fetchone():
            raise broken("a row references one that is missing")

    def _insert(self, table: TableShape, insert: str, width: int, lines: Iterable[bytes]) -> None:
        try:
            self._connection.executemany(insert, (_values(line, width) for line in lines))
        except sqlite3.IntegrityError:
            raise broken(f"rows of {table.name} contradict each other") from None
        except (ValueError, TypeError, OverflowError, RecursionError):
            raise broken(f"a row of {table.name} isn't one") from None

    def _shape(self, name: str) -> TableShape:
        columns = self._connection.execute(f"PRAGMA table_info({quoted(name)})").fetchall()
        key = sorted((one for one in columns if one[5]), key=lambda one: int(one[5]))
        return TableShape(name, tuple(one[1] for one in columns), tuple(one[1] for one in key))


def _next_lines(cursor: sqlite3.Cursor) -> bytes:
    return b"".join(_lines(cursor.fetchmany(_BATCH)))


def _lines(rows: Iterable[Sequence[Any]]) -> Iterator[bytes]:
    for row in rows:
        yield _encode(row).encode() + b"\n"


def _encoded(value: bytes) -> dict[str, str]:
    return {_BYTES: base64.b64encode(value).decode()}


# One for all rows: json.dumps and json.loads would prepare themselves anew for each.
_encode = json.JSONEncoder(separators=(",", ":"), default=_encoded).encode
_decode = json.JSONDecoder().raw_decode


def _values(line: bytes, width: int) -> Sequence[Any]:
    """The values of a row. Raises ValueError, TypeError for what isn't one."""
    text = line.decode()
    values, end = _decode(text)
    if end != len(text) or not isinstance(values, list) or len(values) != width:
        raise ValueError
    return values if _PLAIN.issuperset(map(type, values)) else [_value(value) for value in values]


def _value(value: Any) -> Any:
    if type(value) in _PLAIN:
        return value
    if isinstance(value, dict) and value.keys() == {_BYTES}:
        try:
            return base64.b64decode(value[_BYTES], validate=True)
        except binascii.Error:
            raise ValueError from None
    raise TypeError
