"""SQLite's own troubles are told in the storage's words."""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event
from sqlalchemy.ext.asyncio import AsyncEngine

from orbit_adapters.memory.storage import MemoryStorage
from orbit_adapters.sql.engine import open_engine
from orbit_adapters.sql.migrate import migrate
from orbit_adapters.sql.schema_check import SchemaError, require_schema
from orbit_adapters.sql.storage import SqlStorage
from orbit_domain.storage import Storage, StorageBusy, StorageConflict, StorageError, StorageUnavailable
from orbit_entry.runtime.retry import retry_on_busy
from orbit_testing import samples
from orbit_testing.samples import ALICE


def tell_each_connection(engine: AsyncEngine, pragma: str) -> None:
    """Let every connection of *engine* begin with *pragma*."""
    event.listen(engine.sync_engine, "connect", lambda connection, _: connection.execute(f"PRAGMA {pragma}").close())


@contextmanager
def held(url: str) -> Iterator[sqlite3.Connection]:
    """The only write lock, held by another process as it seems."""
    holder = sqlite3.connect(url.partition("///")[2], isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    try:
        yield holder
    finally:
        holder.close()


async def register(storage: Storage, **changes: Any) -> None:
    async with storage.transaction() as tx:
        await tx.users.add_if_absent(samples.new_user(**changes))


async def test_a_locked_file_is_busy(sqlite_url: str, sqlite_engine: AsyncEngine) -> None:
    """While another process writes for longer than we wait, the storage is busy; when it has ended, it isn't."""
    tell_each_connection(sqlite_engine, "busy_timeout=1")
    storage = SqlStorage(sqlite_engine)
    with held(sqlite_url) as holder:
        with pytest.raises(StorageBusy, match="SQLITE_BUSY"):
            await register(storage)

        async def let_go(_failures: int) -> None:
            holder.execute("COMMIT")

        await retry_on_busy(lambda: register(storage), pause=let_go)
    async with storage.transaction() as tx:
        assert await tx.users.get(ALICE) is not None


async def test_a_full_disk_is_unavailable(sqlite_engine: AsyncEngine) -> None:
    """When nothing more fits, what was begun is undone, and what is there can still be read."""
    storage = SqlStorage(sqlite_engine)
    await register(storage)
    await sqlite_engine.dispose()
    tell_each_connection(sqlite_engine, "max_page_count=1")  # SQLite takes the size that the file has.
    with pytest.raises(StorageUnavailable, match="SQLITE_FULL"):
        await register(storage, tg_id=samples.BORIS, username="long" * 100_000)
    async with storage.transaction() as tx:
        assert (await tx.users.get(ALICE), await tx.users.get(samples.BORIS))[1] is None


async def test_a_file_that_cannot_be_opened_is_unavailable(tmp_path: Path) -> None:
    """A folder that is gone is told without the path."""
    storage = SqlStorage(open_engine(f"sqlite+aiosqlite:///{tmp_path / 'secret-place' / 'orbit.db'}"))
    with pytest.raises(StorageUnavailable, match="SQLITE_CANTOPEN") as told:
        await register(storage)
    assert "secret-place" not in str(told.value)
    await storage.close()


async def test_a_contradiction_is_a_conflict_everywhere(sqlite_engine: AsyncEngine) -> None:
    """A second use of a comment is a conflict by the same name in SQLite and in memory, and the comment isn't told."""
    for storage in (SqlStorage(sqlite_engine), MemoryStorage()):
        with pytest.raises(StorageConflict) as told:
            await use_a_comment_twice(storage)
        assert isinstance(told.value, StorageError)
        assert "ORB-PRIVATE" not in str(told.value)


async def use_a_comment_twice(storage: Storage) -> None:
    async with storage.transaction() as tx:
        await tx.users.add_if_absent(samples.new_user())
        await tx.payments.add(samples.payment(1, comment="ORB-PRIVATE"))
        await tx.payments.add(samples.payment(2, comment="ORB-PRIVATE").cancel())


async def test_a_refusal_of_the_caller_passes_unchanged(sqlite_storage: SqlStorage) -> None:
    """What the caller raises inside a transaction is the caller's own, even when it looks like a broken wire."""
    with pytest.raises(ConnectionResetError, match="another wire"):
        async with sqlite_storage.transaction():
            raise ConnectionResetError("another wire")


async def test_a_file_without_tables_is_refused(tmp_path: Path) -> None:
    """A shop on SQLite doesn't start before `orbit migrate` either, and asking makes no file."""
    address = f"sqlite+aiosqlite:///{tmp_path / 'orbit.db'}"
    with pytest.raises(SchemaError, match="orbit migrate"):
        await require_schema(address)
    assert os.listdir(tmp_path) == []
    await migrate(address)
    await require_schema(address)
