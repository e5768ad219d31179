"""The engine has its settings, and refuses unsupported URLs."""

import pytest
from sqlalchemy import text

from orbit_adapters.sql.engine import UnusableDatabase, database_url, open_engine


async def test_sqlite_is_durable_and_strict(sqlite_url: str) -> None:
    """A shop's database survives a power cut (FULL), reads while it writes (WAL), and checks its foreign keys."""
    engine = open_engine(sqlite_url)
    async with engine.begin() as connection:
        found = {
            name: (await connection.execute(text(f"PRAGMA {name}"))).scalar_one()
            for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        }
    await engine.dispose()
    assert found == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "busy_timeout": 5000}


@pytest.mark.parametrize(
    ("given", "driver"),
    [
        ("sqlite:////tmp/x.db", "sqlite+aiosqlite"),
        ("sqlite+aiosqlite:////tmp/x.db", "sqlite+aiosqlite"),
        ("postgres://u:p@h/d", "postgresql+asyncpg"),
        ("postgresql://u:p@h/d", "postgresql+asyncpg"),
        ("postgresql+asyncpg://u:p@h/d", "postgresql+asyncpg"),
    ],
)
def test_usual_urls_are_accepted(given: str, driver: str) -> None:
    """The usual URLs lead to the drivers that Orbit uses."""
    assert database_url(given).drivername == driver


def test_options_of_hosts_are_taken_or_named() -> None:
    """`sslmode` is what the driver calls `ssl`; an option that it would stumble over is refused by its name."""
    assert dict(database_url("postgres://u:p@h/d?sslmode=require").query) == {"ssl": "require"}
    with pytest.raises(UnusableDatabase, match="'channel_binding'"):
        database_url("postgres://u:hunter2@h/d?sslmode=require&channel_binding=require")
    with pytest.raises(UnusableDatabase):
        database_url("postgres://u:hunter2@h:port/d")


@pytest.mark.parametrize(
    "given", ["", "orbit.db", "mysql://root:hunter2@h/d", "sqlite://", "sqlite:///:memory:", "sqlite+pysqlite:////x"]
)
def test_other_urls_are_refused(given: str) -> None:
    """An unsupported URL is refused with an example, and the password isn't shown."""
    with pytest.raises(UnusableDatabase) as refused:
        open_engine(given)
    assert "sqlite+aiosqlite" in str(refused.value)
    assert "hunter2" not in str(refused.value)
