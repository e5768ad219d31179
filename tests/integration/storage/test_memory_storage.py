"""The storage in memory keeps the promises of the ports."""

import pytest

from orbit_adapters.memory.storage import MemoryStorage
from orbit_adapters.memory.tables import RecordConflict, TransactionOver
from orbit_domain.storage import AfterCommit
from orbit_testing.contracts.storage import StorageContract


class TestMemoryStorage(StorageContract):
    """In one process."""

    conflict = RecordConflict
    over = TransactionOver
    nested = TransactionOver
    bad_value = ValueError

    @pytest.fixture
    def storage(self, changes_heard: AfterCommit) -> MemoryStorage:
        return MemoryStorage(changes_heard)
