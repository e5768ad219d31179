"""Lookups in SQLite: on the event loop, beside the only writer, and never in anybody's way."""

import asyncio
import os
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine
from structlog.testing import capture_logs

from orbit_adapters.sql.engine import open_engine
from orbit_adapters.sql.slow_query_log import SlowQueryLog
from orbit_adapters.sql.statement_counter import count_statements
from orbit_adapters.sql.storage import SqlStorage
from orbit_domain.money import RUB
from orbit_domain.storage import StorageUnavailable
from orbit_testing import samples
from orbit_testing.samples import ALICE, BORIS


async def register(storage: SqlStorage) -> None:
    async with storage.transaction() as tx:
        await tx.users.add_if_absent(samples.new_user())


def file_of(url: str) -> Path:
    return Path(url.partition("///")[2])


async def test_a_writer_is_not_waited_for(sqlite_url: str, sqlite_storage: SqlStorage) -> None:
    """While a transaction is open here, and another process holds the lock: what was committed before is read."""
    await register(sqlite_storage)
    async with sqlite_storage.transaction() as tx:
        await tx.users.set_language(ALICE, "en")
        customer = await asyncio.create_task(sqlite_storage.find_customer(ALICE))
        assert customer is not None
        assert customer.user.language == "ru"
    with closing(sqlite3.connect(file_of(sqlite_url), isolation_level=None)) as holder:
        holder.execute("BEGIN IMMEDIATE")
        customer = await sqlite_storage.find_customer(ALICE)
    assert customer is not None
    assert customer.user.language == "en"


async def test_a_file_that_is_locked_even_for_readers_is_read_by_a_transaction(
    sqlite_url: str, sqlite_storage: SqlStorage
) -> None:
    """The loop doesn't wait for the lock: a transaction does, in its own thread, and reads once the lock is gone."""
    await register(sqlite_storage)
    await sqlite_storage.close()
    with closing(sqlite3.connect(file_of(sqlite_url), isolation_level=None)) as holder:
        holder.execute("PRAGMA locking_mode=EXCLUSIVE")
        holder.execute("BEGIN EXCLUSIVE")
        reading = asyncio.create_task(sqlite_storage.find_customer(ALICE))
        await asyncio.sleep(0)
        assert not reading.done()
    assert await reading is not None


async def test_a_storage_that_is_gone_is_unavailable(tmp_path: Path) -> None:
    """A file that can't be opened is refused without its path, and isn't made by a read."""
    file = tmp_path / "secret-place" / "orbit.db"
    storage = SqlStorage(open_engine(f"sqlite+aiosqlite:///{file}"), base=RUB)
    with pytest.raises(StorageUnavailable, match="SQLITE_CANTOPEN") as raised:
        await storage.find_customer(ALICE)
    assert "secret-place" not in str(raised.value)
    file.parent.mkdir()
    with pytest.raises(StorageUnavailable, match="SQLITE_CANTOPEN"):
        await storage.find_customer(ALICE)
    assert os.listdir(file.parent) == []


async def test_a_broken_connection_is_replaced(sqlite_url: str, sqlite_engine: AsyncEngine) -> None:
    """After an error the next read opens the file anew; a mistake in the schema isn't reported as a busy storage."""
    storage = SqlStorage(sqlite_engine, base=RUB)
    await register(storage)
    with closing(sqlite3.connect(file_of(sqlite_url), isolation_level=None)) as other:
        other.execute("ALTER TABLE users RENAME TO people")
        with pytest.raises(sqlite3.OperationalError):
            await storage.find_customer(ALICE)
        other.execute("ALTER TABLE people RENAME TO users")
    assert await storage.find_customer(ALICE) is not None


async def test_nothing_of_a_closed_storage_is_left_beside_the_file(sqlite_url: str, sqlite_storage: SqlStorage) -> None:
    """Whoever copies the file of a stopped shop has all of it: its log was written back, whatever was read last."""
    for tg_id in (ALICE, BORIS):  # The second time it was closed once before.
        async with sqlite_storage.transaction() as tx:
            await tx.users.add_if_absent(samples.new_user(tg_id))
        assert await sqlite_storage.find_customer(tg_id) is not None
        await sqlite_storage.close()
        assert [name for name in os.listdir(file_of(sqlite_url).parent) if name.startswith("orbit.db")] == ["orbit.db"]


async def test_a_lookup_is_a_statement_for_whoever_listens(sqlite_url: str) -> None:
    """It is counted and timed as every other one, and its log line holds no value."""
    slow = SlowQueryLog(over_ms=-1)
    engine = open_engine(sqlite_url, durability="OFF", slow_query_log=slow)
    storage = SqlStorage(engine, base=RUB)
    with capture_logs() as lines, count_statements(engine) as counter:
        await storage.find_customer(ALICE)
        await storage.find_customer(BORIS)
    assert counter.counts == [1, 1]
    (counted,) = {statement for statements in counter.sent for statement, _ in statements}
    assert [line["fingerprint"] for line in lines if str(line["fingerprint"]).startswith("SELECT users.")] == [
        *slow.counts
    ] * 2
    assert str(int(ALICE)) not in counted + str(lines)
    await storage.close()
