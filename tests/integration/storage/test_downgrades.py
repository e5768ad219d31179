"""A downgrade that deletes data changes nothing unless it may, and says what it would delete."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import text

from orbit_adapters.sql.engine import open_engine
from orbit_adapters.sql.lost_data import DataWouldBeLost, Loss, TableContent, losses
from orbit_adapters.sql.migrate import migrate, schema_state
from tests.support.servers.databases import Databases

BELOW_0002 = ("audit", "cursors", "grants", "ledger_entries", "ledger_postings", "receipts", "ton_transactions")


class DowngradeContract:
    """Give it an `address` of an empty database."""

    async def test_a_downgrade_that_keeps_data_does_not_ask(self, address: str) -> None:
        """0003 adds indexes only: going back to 0002 deletes nothing, whatever it may delete."""
        await migrate(address, "0003")
        await migrate(address, "0002", down=True, keep_data=True)
        assert (await schema_state(address))[0] == "0002"

    async def test_the_ledger_is_kept(self, address: str) -> None:
        """Below 0002 seven tables would go: each is named with its rows, and all of them are still there."""
        await migrate(address, "0006")
        await _insert_cursor(address)
        with pytest.raises(DataWouldBeLost) as refused:
            await migrate(address, "0001", down=True, keep_data=True)
        lost = {loss.name: loss.rows for loss in refused.value.losses}
        assert {name: lost.get(name) for name in BELOW_0002} == {name: int(name == "cursors") for name in BELOW_0002}
        assert "cursors (1 row)" in str(refused.value)
        assert (await schema_state(address))[0] == "0006"
        assert await _cursors(address) == 1

    async def test_a_column_counts_too(self, address: str) -> None:
        """0005 adds columns of the outbox; going back deletes what is in them."""
        await migrate(address, "0005")
        with pytest.raises(DataWouldBeLost) as refused:
            await migrate(address, down=True, keep_data=True)
        assert refused.value.losses == (Loss("outbox.dropped_reason", 0), Loss("outbox.priority", 0))
        assert (await schema_state(address))[0] == "0005"

    async def test_whoever_agrees_goes_down(self, address: str) -> None:
        """Without the wish to keep data the same downgrade is done."""
        await migrate(address, "0006")
        await _insert_cursor(address)
        await migrate(address, "0001", down=True)
        assert (await schema_state(address))[0] == "0001"


class TestSqliteDowngrades(DowngradeContract):
    """In a file."""

    @pytest.fixture
    def address(self, tmp_path: Path) -> str:
        return f"sqlite+aiosqlite:///{tmp_path / 'orbit.db'}"


class TestPostgresDowngrades(DowngradeContract):
    """On a server."""

    @pytest.fixture
    async def address(self, databases: Databases) -> AsyncIterator[str]:
        async with databases.fresh("template0") as url:
            yield url


def test_rows_that_are_deleted_from_a_table_that_stays_count() -> None:
    """A migration that empties a table in part loses the difference; new tables and rows lose nothing."""
    one, two = frozenset({"id"}), frozenset({"id", "name"})
    before = {"grown": TableContent(one, 1), "shrunk": TableContent(one, 5), "wide": TableContent(two, 3)}
    after = {"grown": TableContent(two, 2), "shrunk": TableContent(one, 3), "wide": TableContent(one, 3)}
    assert losses(before, {**after, "new": TableContent(one, 0)}) == (Loss("shrunk", 2), Loss("wide.name", 3))


async def _insert_cursor(address: str) -> None:
    engine = open_engine(address)
    async with engine.begin() as connection:
        await connection.execute(text("INSERT INTO cursors (source, lt, hash) VALUES ('ton', 1, '')"))
    await engine.dispose()


async def _cursors(address: str) -> int:
    engine = open_engine(address)
    async with engine.connect() as connection:
        rows: int = (await connection.execute(text("SELECT count(*) FROM cursors"))).scalar_one()
    await engine.dispose()
    return rows
