"""The migrations create the declared tables."""

import os
from importlib.resources import files
from pathlib import Path

import pytest
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import text

from orbit_adapters.sql.engine import open_engine
from orbit_adapters.sql.indexes import schema
from orbit_adapters.sql.migrate import migrate, revisions, schema_state
from tests.integration.storage.schema_contract import NEWEST, SchemaContract


class TestSqliteSchema(SchemaContract):
    """In a file."""

    @pytest.fixture
    def address(self, tmp_path: Path) -> str:
        return f"sqlite+aiosqlite:///{tmp_path / '100% new.db'}"

    async def test_reading_the_state_creates_nothing(self, address: str, tmp_path: Path) -> None:
        """The state of a database that doesn't exist is read without creating it."""
        assert await schema_state(address) == (None, NEWEST)
        assert os.listdir(tmp_path) == []

    async def test_an_unknown_revision_is_refused(self, address: str) -> None:
        """A revision that doesn't exist is refused and nothing is changed."""
        with pytest.raises(CommandError):
            await migrate(address, "9999")
        assert await schema_state(address) == (None, NEWEST)

    async def test_the_statements_are_those_of_the_tables(self, address: str, tmp_path: Path) -> None:
        """Checks and index conditions, which alembic doesn't compare, agree word for word."""
        await migrate(address)
        other = f"sqlite+aiosqlite:///{tmp_path / 'create_all.db'}"
        engine = open_engine(other)
        async with engine.begin() as connection:
            await connection.run_sync(schema.create_all)
        await engine.dispose()
        assert await _statements(address) == await _statements(other)


async def _statements(address: str) -> dict[str, str]:
    engine = open_engine(address)
    async with engine.connect() as connection:
        rows = await connection.execute(
            text("SELECT name, sql FROM sqlite_master WHERE type IN ('table', 'index') AND sql IS NOT NULL")
        )
        statements = {name: " ".join(sql.split()) for name, sql in rows if not name.startswith("alembic")}
    await engine.dispose()
    return statements


def test_the_revisions_are_those_of_the_files() -> None:
    """A process that loads no alembic knows the same migrations as alembic, the newest last."""
    scripts = ScriptDirectory(str(files("orbit_adapters.sql") / "migrations"))
    assert [script.revision for script in scripts.walk_revisions()] == list(reversed(revisions()))
