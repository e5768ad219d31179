"""What the clean-up does in a real database: it is shared, goes on after a kill, and leaves the ledger as it is."""

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from orbit_adapters.sql.statement_counter import count_statements
from orbit_adapters.sql.storage import SqlStorage
from orbit_domain.ids import TelegramId
from orbit_domain.money import RUB
from orbit_domain.old_data.old_data import OldData
from orbit_domain.steps.book_receipt import money_arrived
from orbit_domain.storage import Storage, StorageUnavailable
from orbit_domain.use_cases.audit_ledger import AuditLedger
from orbit_domain.use_cases.clean_old_data import CleanOldData
from orbit_testing import samples
from orbit_testing.samples import ALICE, MINUTE, NOW
from tests.support.clock import FakeClock

_OLD = NOW - timedelta(days=400)
_ROWS = 40


class OldDataContract:
    """Give it an `engine` on a fresh database."""

    async def test_two_workers_share_it_and_the_ledger_holds(self, engine: AsyncEngine) -> None:
        """Each old row goes once, whoever takes it, also after a kill; the audit finds what it found before."""
        storage = SqlStorage(engine, base=RUB)
        await _fill(storage)
        audit = await AuditLedger(storage)()
        assert audit.check.entries == _ROWS
        clean = CleanOldData(storage, FakeClock(NOW), batch=7)

        def killed(_kind: OldData, _count: int) -> None:
            raise StorageUnavailable

        with pytest.raises(StorageUnavailable):
            await clean(whole=True, told=killed)
        both = await asyncio.gather(clean(whole=True), replace(clean, storage=SqlStorage(engine, base=RUB))(whole=True))
        assert _total(both) == {
            OldData.NOTICES: _ROWS - 7,
            OldData.DEAD_NOTICES: 0,
            OldData.RAW_RECORDS: _ROWS // 2,
            OldData.MONEY_UPDATES: _ROWS,
            OldData.KEY_LINKS: 0,
        }
        assert await AuditLedger(storage)() == audit
        async with storage.transaction() as tx:
            records = await tx.source_records.newest(samples.SOURCE, _ROWS)
            # Money that is nobody's may still be claimed by what only its text says.
            assert [bool(record.raw) for record in reversed(records)] == [True, False] * (_ROWS // 2)

    async def test_nothing_old_costs_a_statement_a_kind(self, engine: AsyncEngine) -> None:
        """Whatever stays, and how much of it: one look at each index, and no transaction that writes."""
        storage = SqlStorage(engine, base=RUB)
        await _fill(storage)
        with count_statements(engine) as sent:
            assert not any((await CleanOldData(storage, FakeClock(_OLD))()).values())
        assert sent.counts == [1] * len(OldData)


async def _fill(storage: Storage) -> None:
    """Old notices, transfers and updates; every second transfer has found its customer."""
    async with storage.transaction() as tx:
        await tx.users.add_if_absent(samples.new_user())
        for number in range(1, _ROWS + 1):
            at = _OLD + number * MINUTE
            await tx.outbox.add(samples.message(number, TelegramId(100 + number), not_before=at))
            await tx.inbox.add(samples.inbox_entry(number, received_at=at))
            record = samples.source_record(number, raw="as it came")
            await tx.source_records.add(record, at)
            owner = ALICE if number % 2 == 0 else None
            name = {"source": record.source, "external_id": record.external_id, "amount": record.amount}
            await tx.receipts.add(samples.receipt(number, tg_id=owner, **name))
            await tx.ledger.post(money_arrived(record.ref, "ton", record.amount, at))
        for message in await tx.outbox.claim(NOW, NOW + MINUTE, _ROWS):
            await tx.outbox.mark_done(message, _OLD)


def _total(runs: tuple[Mapping[OldData, int], ...]) -> Mapping[OldData, int]:
    return {kind: sum(run[kind] for run in runs) for kind in OldData}
