"""The storage in SQLite keeps the promises of the ports."""

import pytest
from sqlalchemy.exc import ResourceClosedError, StatementError

from orbit_adapters.contracts.storage import StorageContract
from orbit_adapters.sql.storage import NestedTransaction, SqlStorage
from orbit_domain.storage import StorageConflict


class TestSqliteStorage(StorageContract):
    """In a file."""

    conflict = StorageConflict
    over = ResourceClosedError
    nested = NestedTransaction
    bad_value = StatementError

    @pytest.fixture
    def storage(self, sqlite_storage: SqlStorage) -> SqlStorage:
        return sqlite_storage
