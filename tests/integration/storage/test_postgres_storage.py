"""The storage in PostgreSQL keeps the promises of the ports, wherever a server is offered."""

import pytest
from sqlalchemy.exc import IntegrityError, ResourceClosedError, StatementError
from sqlalchemy.ext.asyncio import AsyncEngine

from orbit_adapters.contracts.storage import StorageContract
from orbit_adapters.sql.storage import NestedTransaction, SqlStorage
from tests.integration.storage.guard_promises import GuardPromises
from tests.integration.storage.postgres import offered

if offered() is not None:

    class TestPostgresStorage(StorageContract):
        """On a real server."""

        conflict = IntegrityError
        over = ResourceClosedError
        nested = NestedTransaction
        bad_value = StatementError

        @pytest.fixture
        def storage(self, postgres_engine: AsyncEngine) -> SqlStorage:
            return SqlStorage(postgres_engine)

    class TestPostgresGuards(GuardPromises):
        """What the database refuses by itself."""

        @pytest.fixture
        def engine(self, postgres_engine: AsyncEngine) -> AsyncEngine:
            return postgres_engine

        async def test_an_unbalanced_entry_cannot_commit(self, engine: AsyncEngine) -> None:
            """The proof that an entry sums to zero is made when it commits, whoever wrote its lines."""
            with pytest.raises(IntegrityError, match="does not sum to zero"):
                async with engine.begin() as connection:
                    await self.write_line(connection, units=5)
