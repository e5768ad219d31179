"""The statistics in a database: three statements, no deleted keys, errors of the storage."""

from pathlib import Path

import pytest
from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncEngine

from benchmarks.separate_stats import SeparateStats
from orbit_adapters.sql.engine import open_engine
from orbit_adapters.sql.statement_counter import count_statements
from orbit_adapters.sql.stats import SqlStats
from orbit_adapters.sql.storage import SqlStorage
from orbit_adapters.sql.tables import configs
from orbit_adapters.sql.trends import SqlTrends
from orbit_domain.money import RUB
from orbit_domain.stats import Span
from orbit_domain.storage import StorageUnavailable
from orbit_testing import samples
from orbit_testing.contracts.storage_transactions import fill
from orbit_testing.samples import ALICE, NOW


@pytest.fixture(params=["sqlite_engine", "postgres_engine"])
def engine(request: pytest.FixtureRequest) -> AsyncEngine:
    """A small shop in each database."""
    found: AsyncEngine = request.getfixturevalue(request.param)
    return found


async def test_three_statements_count_the_whole_shop(engine: AsyncEngine) -> None:
    """One for users, one for payments, one for keys, in one transaction, with an empty shop and with a full one."""
    storage, reader = SqlStorage(engine, base=RUB), SqlStats(engine, base=RUB)
    with count_statements(engine) as counter:
        await reader.read(NOW)
    async with storage.transaction() as tx:
        await fill(tx)
    with count_statements(engine) as counter_full:
        await reader.read(NOW)
    assert (counter.counts, counter_full.counts) == ([3], [3])
    for (statement, _), table in zip(counter_full.sent[0], ("users", "payments", "configs"), strict=True):
        assert f"FROM {table}" in statement
        assert "CASE WHEN" in statement


async def test_separate_statistics_take_fourteen(engine: AsyncEngine) -> None:
    """The reader that the benchmark compares with sends a statement for every number or breakdown."""
    with count_statements(engine) as counter:
        await SeparateStats(engine, indexed=True).read(NOW)
    assert counter.counts == [14]


async def test_deleted_keys_are_not_counted(engine: AsyncEngine) -> None:
    """A deleted key is in no number, not even its panel's."""
    async with SqlStorage(engine, base=RUB).transaction() as tx:
        await tx.users.add_if_absent(samples.new_user())
        for number, panel in ((1, "m1"), (2, "m1"), (3, "m2")):
            await tx.keys.add(samples.placed(samples.key(number, ALICE), panel))
    async with engine.begin() as connection:
        gone = [samples.key(1).id, samples.key(3).id]
        await connection.execute(update(configs).where(configs.c.id.in_(gone)).values(deleted=True))
    keys = (await SqlStats(engine, base=RUB).read(NOW)).keys
    assert (keys.total, keys.active, keys.unconfirmed, keys.by_panel) == (1, 1, 1, {"m1": 1})


async def test_counting_changes_nothing_and_blocks_nothing(engine: AsyncEngine) -> None:
    """After a count rows can be written as before, and the connection is back in the pool."""
    storage, reader = SqlStorage(engine, base=RUB), SqlStats(engine, base=RUB)
    for _ in range(3):
        await reader.read(NOW)
        async with storage.transaction() as tx:
            await tx.users.add_if_absent(samples.new_user())
    assert (await reader.read(NOW)).users.total == 1


async def test_figures_are_read_while_somebody_writes(engine: AsyncEngine) -> None:
    """A sale that is under way isn't waited for, and isn't seen: neither reader takes the writer's turn."""
    async with SqlStorage(engine, base=RUB).transaction() as tx:
        await tx.users.add_if_absent(samples.new_user())
        stats, trends = await SqlStats(engine, base=RUB).read(NOW), await SqlTrends(engine, RUB).read(NOW, Span.MONTH)
    assert (stats.users.total, sum(trends.new_users)) == (0, 0)
    assert (await SqlStats(engine, base=RUB).read(NOW)).users.total == 1


async def test_an_unreachable_database_is_unavailable(tmp_path: Path) -> None:
    """The reader raises the storage's error, without a path in it, and not the driver's."""
    engine = open_engine(f"sqlite+aiosqlite:///{tmp_path}/nowhere/orbit.db")
    with pytest.raises(StorageUnavailable) as raised:
        await SqlStats(engine, base=RUB).read(NOW)
    await engine.dispose()
    assert "nowhere" not in str(raised.value)
