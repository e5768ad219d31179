"""Databases for the tests: a copy of a migrated SQLite file, and one of PostgreSQL as the shop's own role sees it."""

import secrets
import shutil
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import asyncpg
import pytest
from sqlalchemy import make_url
from sqlalchemy.ext.asyncio import AsyncEngine

from orbit_adapters.sql import ledger_audit
from orbit_adapters.sql.engine import open_engine
from orbit_adapters.sql.indexes import schema
from orbit_adapters.sql.migrate import migrate
from orbit_adapters.sql.privileges import grant_privileges
from orbit_adapters.sql.storage import SqlStorage
from orbit_domain.money import RUB
from tests.integration.postgres.patience import patient_engine
from tests.support.servers.databases import Databases, fetch_value


@pytest.fixture(autouse=True)
def few_people_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """The audit reads the handful of customers of a test in several pages."""
    monkeypatch.setattr(ledger_audit, "_PEOPLE_AT_ONCE", 2)


@pytest.fixture(scope="session")
async def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty shop's database file."""
    file = tmp_path_factory.mktemp("template") / "orbit.db"
    await migrate(f"sqlite+aiosqlite:///{file}")
    return file


@pytest.fixture
def sqlite_url(template: Path, tmp_path: Path) -> str:
    """The address of a fresh database."""
    file = tmp_path / "orbit.db"
    shutil.copy(template, file)
    return f"sqlite+aiosqlite:///{file}"


@pytest.fixture
async def sqlite_engine(sqlite_url: str) -> AsyncIterator[AsyncEngine]:
    """An engine on a fresh database; it needn't survive a power cut."""
    engine = open_engine(sqlite_url, durability="OFF")
    yield engine
    await engine.dispose()


@pytest.fixture
def sqlite_storage(sqlite_engine: AsyncEngine) -> SqlStorage:
    """An empty storage in SQLite."""
    return SqlStorage(sqlite_engine, base=RUB)


@dataclass(frozen=True, slots=True)
class ShopRole:
    """A role of the server, and the empty shop's database in which it has its privileges: copies have them too."""

    name: str
    password: str
    template: str

    def address(self, url: str) -> str:
        """The database at *url* as this role sees it."""
        return make_url(url).set(username=self.name, password=self.password).render_as_string(hide_password=False)


@dataclass(frozen=True, slots=True)
class LastingDatabase:
    """A database that outlives tests: a connection of its owner, and an engine of the shop's own role."""

    owner: "asyncpg.Connection[Any]"
    engine: AsyncEngine


@pytest.fixture(scope="session")
async def shop_role(databases: Databases, migrated_template: str) -> AsyncIterator[ShopRole]:
    """The shop's own role, which doesn't own its tables."""
    name, password = f"orbit_test_shop_{secrets.token_hex(4)}", secrets.token_hex(8)
    async with databases.fresh(migrated_template) as url:
        await fetch_value(url, f"CREATE ROLE {name} LOGIN PASSWORD '{password}'")
        await grant_privileges(url, name)
        yield ShopRole(name, password, str(make_url(url).database))
        await fetch_value(url, f"DROP OWNED BY {name} CASCADE")
        await fetch_value(url, f"DROP ROLE {name}")


@pytest.fixture
async def owner_url(databases: Databases, shop_role: ShopRole) -> AsyncIterator[str]:
    """The address of an empty shop's database as the owner of its tables sees it."""
    async with databases.fresh(shop_role.template) as url:
        yield url


@pytest.fixture
async def shop_engine(owner_url: str, shop_role: ShopRole) -> AsyncIterator[AsyncEngine]:
    """An engine of the shop's own role on the same database."""
    engine = patient_engine(shop_role.address(owner_url))
    yield engine
    await engine.dispose()


@pytest.fixture(scope="module")
async def lasting_database(databases: Databases, shop_role: ShopRole) -> AsyncIterator[LastingDatabase]:
    """An empty shop's database for many tests in turn."""
    async with databases.fresh(shop_role.template) as url:
        owner = await asyncpg.connect(make_url(url).set(drivername="postgresql").render_as_string(hide_password=False))
        # Without the triggers of append-only tables.
        await owner.execute("SET session_replication_role = replica")
        engine = patient_engine(shop_role.address(url))
        yield LastingDatabase(owner, engine)
        await engine.dispose()
        await owner.close()


@pytest.fixture
async def emptied_engine(lasting_database: LastingDatabase) -> AsyncEngine:
    """The engine of the shop's own role on that database, emptied: a twentieth of the work of making another one."""
    await lasting_database.owner.execute("; ".join(f"DELETE FROM {table.name}" for table in schema.sorted_tables))
    return lasting_database.engine
