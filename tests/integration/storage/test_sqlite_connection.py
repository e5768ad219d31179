"""The connection of transactions in SQLite: a statement is one trip to its thread, and reads as aiosqlite's does."""

import sqlite3
from typing import Any

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncEngine

from orbit_adapters.sql.sqlite_connection import OneTripConnection
from orbit_adapters.sql.storage import SqlStorage
from orbit_adapters.sql.tables import users
from orbit_testing import samples

MANY = 2_345


@pytest.fixture
def trips(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What was done in threads of connections, in order."""
    done: list[str] = []
    execute: Any = OneTripConnection._execute

    async def noted(self: OneTripConnection, work: Any, *args: Any, **options: Any) -> Any:
        done.append(work.__name__)
        return await execute(self, work, *args, **options)

    monkeypatch.setattr(OneTripConnection, "_execute", noted)
    return done


async def test_a_statement_is_one_trip(sqlite_storage: SqlStorage, trips: list[str]) -> None:
    """BEGIN, INSERT, SELECT, COMMIT; and a transaction that is left by an error is rolled back on a trip of its own."""
    async with sqlite_storage.transaction() as tx:
        await tx.users.add_if_absent(samples.new_user())
    trips.clear()
    async with sqlite_storage.transaction() as tx:
        assert not (await tx.users.add_if_absent(samples.new_user())).is_new
    assert trips == ["<lambda>", "<lambda>", "<lambda>", "commit"]
    trips.clear()
    with pytest.raises(LookupError):
        async with sqlite_storage.transaction():
            raise LookupError
    assert trips == ["<lambda>", "rollback"]


async def test_many_rows_come_whole_and_in_order(sqlite_engine: AsyncEngine) -> None:
    """Read at once, in parts, as a stream, and as a stream that is left in its middle while others write."""
    numbers = "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n WHERE x < :many) SELECT x FROM n"
    query, expected = text(numbers).bindparams(many=MANY), list(range(1, MANY + 1))
    async with sqlite_engine.connect() as connection:
        assert list((await connection.execute(query)).scalars()) == expected
        for part in (7, 1_000, MANY + 1):
            async with connection.stream(query.execution_options(yield_per=part)) as rows:
                assert [row async for row in rows.scalars()] == expected
            async with connection.stream(query) as rows:
                begin = [row.x for row in await rows.fetchmany(part)]
                one = await rows.fetchone()
                rest = [row.x for row in await rows.fetchall()]
            assert begin + ([one.x] if one else []) + rest == expected
        async with connection.stream(query) as rows:
            assert (await rows.fetchone()) == (1,)
        await connection.execute(text("CREATE TABLE later (x INTEGER)"))


async def test_a_statement_tells_what_it_did(sqlite_engine: AsyncEngine) -> None:
    """Changed rows are counted, with rows in return too; many at once are inserted; an error is that of SQLite."""
    async with sqlite_engine.begin() as connection:
        await connection.execute(text("CREATE TABLE numbers (x INTEGER PRIMARY KEY, y TEXT UNIQUE)"))
        rows = [{"x": number, "y": str(number)} for number in range(MANY)]
        await connection.execute(text("INSERT INTO numbers VALUES (:x, :y)"), rows)
        assert (await connection.execute(text("UPDATE numbers SET y = y || '!' WHERE x < 10"))).rowcount == 10
        returned = await connection.execute(text("DELETE FROM numbers WHERE x >= 100 RETURNING x"))
        assert len(returned.all()) == MANY - 100
        assert (await connection.execute(select(users))).all() == []
        with pytest.raises(IntegrityError) as raised:
            await connection.execute(text("INSERT INTO numbers VALUES (7, 'seven')"))
        assert isinstance(raised.value.orig, sqlite3.IntegrityError)
        assert (await connection.execute(text("SELECT count(*) FROM numbers"))).scalar_one() == 100
