"""A migration runs while processes of the version before still read and write: it only adds (decision 72)."""

from collections.abc import Mapping
from pathlib import Path

import pytest
from sqlalchemy import Connection, create_engine, inspect, text

from orbit_adapters.sql.engine import open_engine
from orbit_adapters.sql.migrate import move, revisions

NO_RULE_YET = "0035"
"""Up to here a shop was stopped for a new version; what was written then stays as it is."""
CONTRACTS: Mapping[str, str] = {}
"""Revision: since which version nothing reads or writes any more what it takes away."""

Columns = Mapping[str, Mapping[str, bool]]
"""For each table its columns, and whether a row may be written that doesn't name them."""


def columns_of(connection: Connection) -> Columns:
    found = inspect(connection)
    return {
        table: {
            column["name"]: column["nullable"] or column["default"] is not None or bool(column["primary_key"])
            for column in found.get_columns(table)
        }
        for table in found.get_table_names()
    }


def hindrances(before: Columns, after: Columns) -> list[str]:
    """What a process of the version before would miss, or would be refused."""
    found = []
    for table, columns in before.items():
        if table not in after:
            found.append(f"{table} is gone")
            continue
        now = after[table]
        found += [f"{table}.{name} is gone" for name in columns if name not in now]
        found += [
            f"{table}.{name} has to be named" for name, free in now.items() if not free and columns.get(name, True)
        ]
    return found


@pytest.mark.parametrize(
    ("change", "hindrance"),
    [
        ("DROP TABLE plans", "plans is gone"),
        ("ALTER TABLE plans RENAME TO offers", "plans is gone"),
        ("ALTER TABLE plans DROP COLUMN name", "plans.name is gone"),
        ("ALTER TABLE plans RENAME COLUMN name TO title", "plans.name is gone"),
        (
            "DROP TABLE plans; CREATE TABLE plans (id INTEGER PRIMARY KEY, name TEXT NOT NULL)",
            "plans.name has to be named",
        ),
        ("ALTER TABLE plans ADD COLUMN size INTEGER", ""),
        ("ALTER TABLE plans ADD COLUMN size INTEGER NOT NULL DEFAULT 0", ""),
        ("CREATE TABLE sizes (size INTEGER NOT NULL)", ""),
    ],
)
def test_what_hinders_is_seen(change: str, hindrance: str) -> None:
    """Whatever takes away or asks for more is told by its name; what only adds is not."""
    engine = create_engine("sqlite://")
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE plans (id INTEGER PRIMARY KEY, name TEXT)"))
        before = columns_of(connection)
        for statement in change.split("; "):
            connection.execute(text(statement))
        assert hindrances(before, columns_of(connection)) == ([hindrance] if hindrance else [])
    engine.dispose()


async def test_a_new_migration_hinders_no_older_process(tmp_path: Path) -> None:
    """Nothing goes that the version before reads, and its rows are taken: each migration since the rule, one by one."""
    engine = open_engine(f"sqlite+aiosqlite:///{tmp_path / 'empty.db'}", durability="OFF", unlimited=True)
    found: dict[str, list[str]] = {}
    async with engine.begin() as connection:
        await connection.run_sync(move, NO_RULE_YET)
        before = await connection.run_sync(columns_of)
        for revision in revisions()[revisions().index(NO_RULE_YET) + 1 :]:
            await connection.run_sync(move, revision)
            after = await connection.run_sync(columns_of)
            if hindrance := hindrances(before, after):
                found[revision] = hindrance
            before = after
    await engine.dispose()
    remedy = "add first, and take away one version later, with a line in CONTRACTS (docs/decisions/0072)"
    assert {revision: told for revision, told in found.items() if revision not in CONTRACTS} == {}, remedy
    assert found.keys() >= CONTRACTS.keys(), "CONTRACTS names a migration that takes nothing away"
