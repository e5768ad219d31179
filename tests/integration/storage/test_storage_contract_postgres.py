"""The storage in PostgreSQL fulfils the contract, on a real server, in every run."""

from collections.abc import AsyncIterator

import pytest
from sqlalchemy.exc import IntegrityError, ResourceClosedError, StatementError
from sqlalchemy.ext.asyncio import AsyncEngine

from orbit_adapters.sql.storage import NestedTransaction, SqlStorage
from orbit_domain.money import RUB
from orbit_domain.storage import AfterCommit, StorageConflict
from orbit_testing.contracts.storage import StorageContract
from tests.integration.postgres.patience import patient_engine
from tests.integration.storage.guard_contract import GuardContract
from tests.integration.storage.schema_contract import SchemaContract
from tests.support.servers.databases import Databases


@pytest.fixture
async def engine(postgres_url: str) -> AsyncIterator[AsyncEngine]:
    """An engine on an empty shop's database."""
    engine = patient_engine(postgres_url)
    yield engine
    await engine.dispose()


class TestStorageOnPostgres(StorageContract):
    """The contract of every storage, fulfilled with the privileges of the shop's own role."""

    conflict = StorageConflict
    over = ResourceClosedError
    nested = NestedTransaction
    bad_value = StatementError
    is_restricted = True

    @pytest.fixture
    def storage(self, emptied_engine: AsyncEngine, recorded_changes: AfterCommit) -> SqlStorage:
        return SqlStorage(emptied_engine, recorded_changes, base=RUB)


class TestGuardsOfPostgres(GuardContract):
    """Constraints of the database itself."""

    async def test_an_unbalanced_entry_is_refused_at_its_commit(self, engine: AsyncEngine) -> None:
        """The check that an entry sums to zero runs at its COMMIT, for every writer."""
        with pytest.raises(IntegrityError, match="does not sum to zero"):
            await self.write_alone(engine)

    async def write_alone(self, engine: AsyncEngine) -> None:
        """Commit an entry with a single line."""
        async with engine.begin() as connection:
            await self.write_line(connection, units=5)


class TestSchemaOnPostgres(SchemaContract):
    """The migrations on an empty database."""

    @pytest.fixture
    async def address(self, databases: Databases) -> AsyncIterator[str]:
        async with databases.fresh("template0") as url:
            yield url
