"""SQLite's errors become errors of the storage."""

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
from orbit_domain.money import RUB
from orbit_domain.storage import Storage, StorageBusy, StorageConflict, StorageError, StorageUnavailable
from orbit_entry.runtime.retry import retry_on_busy
from orbit_testing import samples
from orbit_testing.samples import ALICE


def set_pragma(engine: AsyncEngine, pragma: str) -> None:
    """Set *pragma* on every new connection of *engine*."""
    event.listen(engine.sync_engine, "connect", lambda connection, _: connection.execute(f"PRAGMA {pragma}").close())


@contextmanager
def held(url: str) -> Iterator[sqlite3.Connection]:
    """Hold the only write lock, as another process could."""
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
    """While another process holds the lock for longer than the timeout, the storage is busy; afterwards it isn't."""
    set_pragma(sqlite_engine, "busy_timeout=1")
    storage = SqlStorage(sqlite_engine, base=RUB)
    with held(sqlite_url) as holder:
        with pytest.raises(StorageBusy, match="SQLITE_BUSY"):
            await register(storage)

        async def release(_failures: int) -> None:
            holder.execute("COMMIT")

        await retry_on_busy(lambda: register(storage), pause=release)
    async with storage.transaction() as tx:
        assert await tx.users.get(ALICE) is not None


async def test_a_full_disk_is_unavailable(sqlite_engine: AsyncEngine) -> None:
    """On a full disk the transaction is rolled back, and stored rows can still be read."""
    storage = SqlStorage(sqlite_engine, base=RUB)
    await register(storage)
    await sqlite_engine.dispose()
    set_pragma(sqlite_engine, "max_page_count=1")  # SQLite takes the size that the file has.
    with pytest.raises(StorageUnavailable, match="SQLITE_FULL"):
        await register(storage, tg_id=samples.BORIS, username="long" * 100_000)
    async with storage.transaction() as tx:
        assert (await tx.users.get(ALICE), await tx.users.get(samples.BORIS))[1] is None


async def test_a_file_that_cannot_be_opened_is_unavailable(tmp_path: Path) -> None:
    """The error for a missing folder doesn't show the path."""
    storage = SqlStorage(open_engine(f"sqlite+aiosqlite:///{tmp_path / 'secret-place' / 'orbit.db'}"), base=RUB)
    with pytest.raises(StorageUnavailable, match="SQLITE_CANTOPEN") as raised:
        await register(storage)
    assert "secret-place" not in str(raised.value)
    await storage.close()


async def test_a_contradiction_is_a_conflict_everywhere(sqlite_engine: AsyncEngine) -> None:
    """A second use of a comment is a conflict in SQLite and in memory, and its error doesn't show the comment."""
    for storage in (SqlStorage(sqlite_engine, base=RUB), MemoryStorage(base=RUB)):
        with pytest.raises(StorageConflict) as raised:
            await use_a_comment_twice(storage)
        assert isinstance(raised.value, StorageError)
        assert "ORB-PRIVATE" not in str(raised.value)


async def use_a_comment_twice(storage: Storage) -> None:
    async with storage.transaction() as tx:
        await tx.users.add_if_absent(samples.new_user())
        await tx.payments.add(samples.payment(1, comment="ORB-PRIVATE"))
        await tx.payments.add(samples.payment(2, comment="ORB-PRIVATE").cancel(samples.NOW))


async def test_a_refusal_of_the_caller_passes_unchanged(sqlite_storage: SqlStorage) -> None:
    """An exception of the caller inside a transaction isn't translated, even when it looks like a broken connection."""
    with pytest.raises(ConnectionResetError, match="another connection"):
        async with sqlite_storage.transaction():
            raise ConnectionResetError("another connection")


async def test_a_file_without_tables_is_refused(tmp_path: Path) -> None:
    """A shop on SQLite doesn't start before `orbit migrate` either, and the check creates no file."""
    address = f"sqlite+aiosqlite:///{tmp_path / 'orbit.db'}"
    with pytest.raises(SchemaError, match="orbit migrate"):
        await require_schema(address)
    assert os.listdir(tmp_path) == []
    await migrate(address)
    await require_schema(address)
