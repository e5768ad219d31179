"""The storage in SQLite keeps the promises of the ports."""

import pytest
from sqlalchemy.exc import ResourceClosedError, StatementError
from sqlalchemy.ext.asyncio import AsyncEngine

from orbit_adapters.sql.storage import NestedTransaction, SqlStorage
from orbit_domain.storage import AfterCommit, StorageConflict
from orbit_testing.contracts.storage import StorageContract


class TestSqliteStorage(StorageContract):
    """In a file."""

    conflict = StorageConflict
    over = ResourceClosedError
    nested = NestedTransaction
    bad_value = StatementError

    @pytest.fixture
    def storage(self, sqlite_engine: AsyncEngine, changes_heard: AfterCommit) -> SqlStorage:
        return SqlStorage(sqlite_engine, changes_heard)
