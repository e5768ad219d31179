"""The settings of each connection, and how the server's own limits are reported."""

import pytest
from sqlalchemy import text

from orbit_adapters.sql.engine import open_engine
from orbit_adapters.sql.errors import Operation, translate_errors
from orbit_domain.storage import StorageUnavailable

LIMITS = {
    "lock_timeout": "3s",
    "statement_timeout": "5s",
    "idle_in_transaction_session_timeout": "10s",
    "TimeZone": "UTC",
    "jit": "off",
    "transaction_isolation": "read committed",
}


@pytest.mark.parametrize(("jobs", "statement_timeout"), [(False, "5s"), (True, "30s")], ids=["customers", "jobs"])
async def test_every_connection_has_its_limits(postgres_url: str, jobs: bool, statement_timeout: str) -> None:
    """The server ends slow statements; only jobs have a longer statement timeout."""
    engine = open_engine(postgres_url, jobs=jobs)
    async with engine.connect() as connection:
        found = {name: (await connection.execute(text(f"SHOW {name}"))).scalar_one() for name in LIMITS}
    await engine.dispose()
    assert found == {**LIMITS, "statement_timeout": statement_timeout}


async def test_a_migration_has_no_limits(postgres_url: str) -> None:
    """Neither a slow statement, nor a lock, nor the work between two statements ends it."""
    engine = open_engine(postgres_url, unlimited=True)
    async with engine.connect() as connection:
        found = {name: (await connection.execute(text(f"SHOW {name}"))).scalar_one() for name in list(LIMITS)[:3]}
    await engine.dispose()
    assert found == dict.fromkeys(list(LIMITS)[:3], "0")


async def test_the_pool_has_its_limits(postgres_url: str) -> None:
    """Twenty connections are kept, twenty more are opened under load, and no caller waits longer than two seconds."""
    engine = open_engine(postgres_url)
    pool = engine.pool
    assert (pool.size(), pool._max_overflow, pool.timeout()) == (20, 20, 2.0)  # type: ignore[attr-defined]
    await engine.dispose()


async def test_a_statement_timeout_is_unavailable(postgres_url: str) -> None:
    """A statement that the server ended is no lost connection: an immediate retry would take as long."""
    engine = open_engine(postgres_url)
    async with engine.connect() as connection:
        await connection.execute(text("SET LOCAL statement_timeout = '50ms'"))
        with pytest.raises(StorageUnavailable, match="57014"), translate_errors(Operation.STATEMENT):
            await connection.execute(text("SELECT pg_sleep(20)"))
    await engine.dispose()


async def test_a_server_without_tls_is_reached_when_nothing_is_said_of_it(
    postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An address that doesn't mention TLS is enough, as in the compose file; the other tests forbid it to be quick."""
    monkeypatch.delenv("PGSSLMODE")
    engine = open_engine(postgres_url)
    async with engine.connect() as connection:
        assert (await connection.execute(text("SELECT 1"))).scalar_one() == 1
    await engine.dispose()
