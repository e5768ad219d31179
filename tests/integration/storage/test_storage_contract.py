"""The storages in memory and in SQLite fulfil the contract."""

import pytest
from sqlalchemy.exc import ResourceClosedError, StatementError
from sqlalchemy.ext.asyncio import AsyncEngine

from orbit_adapters.memory.storage import MemoryStorage
from orbit_adapters.memory.tables import RecordConflict, TransactionClosed
from orbit_adapters.sql.storage import NestedTransaction, SqlStorage
from orbit_domain.money import RUB
from orbit_domain.storage import AfterCommit, StorageConflict
from orbit_testing.contracts.storage import StorageContract


class TestMemoryStorage(StorageContract):
    """In memory."""

    conflict = RecordConflict
    over = TransactionClosed
    nested = TransactionClosed
    bad_value = ValueError

    @pytest.fixture
    def storage(self, recorded_changes: AfterCommit) -> MemoryStorage:
        return MemoryStorage(recorded_changes, base=RUB)


class TestSqliteStorage(StorageContract):
    """In an SQLite file."""

    conflict = StorageConflict
    over = ResourceClosedError
    nested = NestedTransaction
    bad_value = StatementError

    @pytest.fixture
    def storage(self, sqlite_engine: AsyncEngine, recorded_changes: AfterCommit) -> SqlStorage:
        return SqlStorage(sqlite_engine, recorded_changes, base=RUB)
