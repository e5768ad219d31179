"""A batch of more rows than one statement takes is recorded whole, whatever in it is recorded already."""

from dataclasses import replace

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from orbit_adapters.sql.many_rows import _MOST_VALUES
from orbit_adapters.sql.source_tables import source_records
from orbit_adapters.sql.storage import SqlStorage
from orbit_domain.money import RUB
from orbit_domain.payment.repository import DigestConflict
from orbit_testing import samples
from orbit_testing.samples import NOW

ROWS = _MOST_VALUES // len(source_records.columns) + 20


async def test_a_batch_longer_than_a_statement_loses_nothing(sqlite_engine: AsyncEngine) -> None:
    """Rows before, at and after the seam are new once, and neither a known one nor a repeated one holds up others."""
    storage = SqlStorage(sqlite_engine, base=RUB)
    records = [samples.source_record(number) for number in range(ROWS)]
    async with storage.transaction() as tx:
        assert await tx.source_records.add(records[5], NOW)
    async with storage.transaction() as tx:
        new = await tx.source_records.add_all([*records, records[0], records[-1]], NOW)
    assert {one.external_id for one in new} == {one.external_id for one in records} - {records[5].external_id}
    assert len(new) == ROWS - 1
    async with storage.transaction() as tx:
        assert len(await tx.source_records.newest(records[0].source, 2 * ROWS)) == ROWS


async def test_another_digest_beyond_the_seam_is_noticed(sqlite_engine: AsyncEngine) -> None:
    """What contradicts a record is refused wherever it stands in the batch, and nothing of the batch is kept."""
    storage = SqlStorage(sqlite_engine, base=RUB)
    records = [samples.source_record(number) for number in range(ROWS)]
    lie = replace(records[0], digest="f" * 64)
    with pytest.raises(DigestConflict):
        async with storage.transaction() as tx:
            await tx.source_records.add_all([*records, lie], NOW)
    async with storage.transaction() as tx:
        assert await tx.source_records.newest(records[0].source, 1) == ()
