"""Archives, written from a database and loaded into one.

A process of its own does this: no other work waits while it compresses, or reads a disk.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import datetime
from pathlib import Path

from orbit_adapters.backup.age_keys import Identity, Recipient
from orbit_adapters.backup.encryption import DecryptedReader, EncryptedWriter, Input, Output
from orbit_adapters.backup.frames import FrameReader, FrameWriter, OpenTable
from orbit_adapters.backup.refused import BackupRefused, broken
from orbit_adapters.backup.scratch import POSTGRES
from orbit_adapters.backup.tables import Dump, EmptyDatabase, TableShape, shop_tables
from orbit_adapters.sql.engine import database_url
from orbit_adapters.sql.migrate import revisions
from orbit_domain.backup.backup import BackupProblem
from orbit_domain.backup.manifest import ArchiveHead, Manifest

OnTable = Callable[[str], None]
"""Called with the name of each table that is done."""


def open_dump(address: str, *, is_throttled: bool = True) -> AbstractAsyncContextManager[Dump]:
    """The database at *address*, as this moment has left it. One that *is_throttled* leaves a server to the shop."""
    url = database_url(address)
    if url.get_backend_name() == POSTGRES:
        from orbit_adapters.backup.postgres_rows import postgres_dump  # A shop on SQLite has no asyncpg loaded.

        return postgres_dump(address, is_throttled=is_throttled)
    from orbit_adapters.backup.sqlite_rows import sqlite_dump

    return sqlite_dump(Path(str(url.database)))


def open_target(address: str, *, kept: bool = True) -> AbstractAsyncContextManager[EmptyDatabase]:
    """The database at *address*, which has tables and no rows. What isn't *kept* is loaded beside a shop."""
    url = database_url(address)
    if url.get_backend_name() == POSTGRES:
        from orbit_adapters.backup.postgres_rows import postgres_target

        return postgres_target(address, kept=kept)
    from orbit_adapters.backup.sqlite_rows import sqlite_target

    return sqlite_target(Path(str(url.database)), kept=kept)


async def write_archive(
    dump: Dump,
    head: ArchiveHead,
    output: Output,
    recipients: Sequence[Recipient],
    on_table: OnTable,
    tables: Sequence[TableShape] | None = None,
) -> tuple[Manifest, EncryptedWriter]:
    """Write *tables* of *dump*, by default all of this version, to *output*; what was written, its size and digest.

    Raises what disks and databases do.
    """
    writer = EncryptedWriter(output, recipients)
    try:
        frames = FrameWriter(writer.write)
        frames.head(head)

        async def write(rows: bytes) -> None:
            frames.rows(rows)
            await asyncio.sleep(0)  # Lets a cancellation in.

        for table in tables or shop_tables():
            frames.begin(OpenTable(table.name, table.columns))
            frames.end(await dump.rows(table, write))
            on_table(table.name)
        manifest = frames.manifest(await dump.sequences(), await dump.cursors())
        writer.close()
    finally:
        writer.abort()
    return manifest, writer


class Archive:
    """An archive that is being read: its head first, then its tables into a database."""

    def __init__(self, reader: DecryptedReader) -> None:
        self._reader = reader
        self._frames = FrameReader(reader.read)

    @property
    def sha256(self) -> str:
        """Of the file, once all of it is read."""
        return self._reader.sha256

    def head(self) -> ArchiveHead:
        """Whose it is. Raises BackupRefused, also for a schema that this version doesn't know."""
        head = self._frames.head()
        if head.revision not in revisions():
            what = f"A newer version of Orbit has made this archive: its schema is {head.revision}."
            raise BackupRefused(BackupProblem.NEWER, what, "use that version, or a newer one")
        return head

    async def load(self, target: EmptyDatabase, on_table: OnTable) -> tuple[Manifest, tuple[TableShape, ...]]:
        """Load every table into *target*; what was loaded, and its tables in order. Raises BackupRefused."""
        shapes, loaded = await target.shapes(), []
        while table := self._frames.next_table():
            shape = _expected_shape(table, shapes)
            await target.load(shape, table.columns, _pieces(self._frames.rows(table)))
            loaded.append(TableShape(shape.name, table.columns, shape.key))
            on_table(table.name)
        manifest = self._frames.manifest()
        self._reader.finish()
        missing = shapes.keys() - {shape.name for shape in loaded} - {"alembic_version"}
        if missing:
            raise broken(f"the table {min(missing)} is missing")
        await target.finish(manifest.sequences)
        return manifest, tuple(loaded)


@asynccontextmanager
async def open_archive(file: Input, keys: Sequence[Identity]) -> AsyncIterator[Archive]:
    """The archive in *file*, opened with one of *keys*."""
    reader = DecryptedReader(file, keys)
    try:
        yield Archive(reader)
    finally:
        reader.close()


async def read_manifest(dump: Dump, tables: Sequence[TableShape], on_table: OnTable | None = None) -> Manifest:
    """What an archive of *dump* would say last, without writing one."""

    async def drop(_rows: bytes) -> None:
        await asyncio.sleep(0)

    facts = []
    for table in tables:
        facts.append(await dump.rows(table, drop))
        if on_table is not None:
            on_table(table.name)
    return Manifest(tuple(facts), await dump.sequences(), await dump.cursors())


def new_head(shop: str, address: str, revision: str, taken_at: datetime) -> ArchiveHead:
    """The head of an archive of the database at *address*."""
    return ArchiveHead(shop, database_url(address).get_backend_name(), revision, taken_at)


def _expected_shape(table: OpenTable, shapes: Mapping[str, TableShape]) -> TableShape:
    shape = shapes.get(table.name)
    if shape is None or set(shape.columns) != set(table.columns) or table.name == "alembic_version":
        raise broken(f"{table.name} isn't a table of its schema")
    return shape


async def _pieces(rows: Iterator[bytes]) -> AsyncIterator[bytes]:
    for piece in rows:
        await asyncio.sleep(0)
        yield piece
