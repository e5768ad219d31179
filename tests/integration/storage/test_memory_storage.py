"""The storage in memory keeps the promises of the ports."""

import pytest

from orbit_adapters.contracts.storage import StorageContract
from orbit_adapters.memory.shelves import RecordConflict, TransactionOver
from orbit_adapters.memory.storage import MemoryStorage
from orbit_domain.storage import AfterCommit


class TestMemoryStorage(StorageContract):
    """In one process."""

    conflict = RecordConflict
    over = TransactionOver
    nested = TransactionOver
    bad_value = ValueError

    @pytest.fixture
    def storage(self, hearing: AfterCommit) -> MemoryStorage:
        return MemoryStorage(hearing)
