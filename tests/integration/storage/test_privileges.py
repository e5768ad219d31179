"""A role that only keeps the shop can sell, and can't unwrite what is booked."""

import secrets
from collections.abc import AsyncIterator

import pytest
from sqlalchemy import make_url, text
from sqlalchemy.exc import ProgrammingError, ResourceClosedError, StatementError
from sqlalchemy.ext.asyncio import AsyncEngine

from orbit_adapters.sql.engine import open_engine
from orbit_adapters.sql.privileges import APPEND_ONLY, PrivilegesRefused, grant_privileges
from orbit_adapters.sql.storage import NestedTransaction, SqlStorage
from orbit_domain.storage import AfterCommit, StorageConflict
from orbit_testing.contracts.storage import StorageContract
from tests.support.servers.databases import ask

HOSTILE_NAME = 'orbit "shop":role {role} 100%; DROP TABLE users; --'


@pytest.fixture
async def shop_url(postgres_url: str) -> AsyncIterator[str]:
    """The test's database as the shop's own role sees it."""
    role, password = f"orbit_test_shop_{secrets.token_hex(4)}", secrets.token_hex(8)
    await ask(postgres_url, f"CREATE ROLE {role} LOGIN PASSWORD '{password}'")
    await grant_privileges(postgres_url, role)
    yield make_url(postgres_url).set(username=role, password=password).render_as_string(hide_password=False)
    await ask(postgres_url, f"DROP OWNED BY {role} CASCADE")
    await ask(postgres_url, f"DROP ROLE {role}")


@pytest.fixture
async def engine(shop_url: str) -> AsyncIterator[AsyncEngine]:
    """An engine of that role."""
    engine = open_engine(shop_url)
    yield engine
    await engine.dispose()


class TestStorageOfTheShopsRole(StorageContract):
    """Everything that a storage promises needs no more rights than these."""

    conflict = StorageConflict
    over = ResourceClosedError
    nested = NestedTransaction
    bad_value = StatementError

    @pytest.fixture
    def storage(self, engine: AsyncEngine, changes_heard: AfterCommit) -> SqlStorage:
        return SqlStorage(engine, changes_heard)


@pytest.mark.parametrize("table", APPEND_ONLY)
@pytest.mark.parametrize(
    "spoil",
    [
        "UPDATE {} SET at = now()",
        "DELETE FROM {}",
        "TRUNCATE {}",
        "ALTER TABLE {} DISABLE TRIGGER ALL",
        "DROP TABLE {} CASCADE",
    ],
)
async def test_what_is_booked_stays_booked(engine: AsyncEngine, table: str, spoil: str) -> None:
    """The role may neither change nor delete rows of the books, nor switch off what protects them."""
    column = "occurred_at" if table == "receipts" else "position" if table == "ledger_postings" else "at"
    words = spoil.format(table).replace("SET at = now()", f"SET {column} = {column}")
    with pytest.raises(ProgrammingError, match=r"permission denied|must be owner"):
        async with engine.begin() as connection:
            await connection.execute(text(words))


@pytest.mark.parametrize("words", ["DELETE FROM users", "CREATE TABLE mine (a int)", "DELETE FROM alembic_version"])
async def test_the_role_can_do_nothing_it_does_not_need(engine: AsyncEngine, words: str) -> None:
    """Orbit deletes no rows and makes no tables, so its role can't either."""
    with pytest.raises(ProgrammingError, match="permission denied"):
        async with engine.begin() as connection:
            await connection.execute(text(words))


async def test_rights_are_refused_with_a_reason(postgres_url: str, tmp_path: object) -> None:
    """A role that doesn't exist, whatever it is called, and a database without roles: nothing is given."""
    with pytest.raises(PrivilegesRefused, match="does not exist"):
        await grant_privileges(postgres_url, HOSTILE_NAME)
    with pytest.raises(PrivilegesRefused, match="knows no roles"):
        await grant_privileges(f"sqlite:///{tmp_path}/orbit.db", "orbit")
