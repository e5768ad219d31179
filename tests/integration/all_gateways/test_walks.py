"""Customers, providers, faults and restarts in any order, over all ways to pay at once: the invariants hold."""

from collections.abc import AsyncIterator, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import datetime

import pytest

from orbit_domain.ids import TelegramId
from orbit_domain.payment.source_record import SourceRecord
from orbit_domain.storage import Storage, Transaction
from orbit_domain.subscription.repository import Customer
from tests.integration.all_gateways.hostile_shop import read_logs
from tests.integration.all_gateways.walks import Reached, WalkFailed, in_memory, on_postgres, run_walk, with_bug
from tests.integration.faults.crash_points.seeded_bugs import DedupeAfterCredit, SeededBug
from tests.support.servers.databases import Databases


class HalfRead:
    """Of two or more records that are read at once the last one is left out, and the cursor passes it."""

    def __init__(self, storage: Storage) -> None:
        self._storage = storage

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Transaction]:
        async with self._storage.transaction() as tx:
            record_all = tx.source_records.add_all

            async def record_most(records: Sequence[SourceRecord], seen_at: datetime) -> tuple[SourceRecord, ...]:
                return await record_all(records[:-1] if len(records) > 1 else records, seen_at)

            tx.source_records.add_all = record_most  # type: ignore[method-assign]
            yield tx

    async def find_customer(self, tg_id: TelegramId) -> Customer | None:
        return await self._storage.find_customer(tg_id)

    def snapshot(self) -> AbstractAsyncContextManager[Transaction]:
        return self._storage.snapshot()


IN_MEMORY, ON_POSTGRES = 7, 1
"""Walks of the suite; `make walks` goes through many more."""
_SECRETS = ("sandbox-token", "opens-nothing", "webhook-secret")
"""A part of each secret that the simulated providers were given."""


async def test_walks_in_memory_break_nothing() -> None:
    """Whatever happens in whichever order: nothing lost, doubled, or told wrongly, and no secret in any log."""
    reached = Reached()
    with read_logs() as logs:
        for number in range(1, IN_MEMORY + 1):
            await run_walk(number, in_memory, reached)
        assert not any(secret in logs.take() for secret in _SECRETS)
    assert all(reached.faults().values()), reached.faults()


async def test_walks_on_postgres_break_nothing(databases: Databases, migrated_template: str) -> None:
    """The same on a real database, where crashes cut connections and two workers really meet."""
    reached = Reached()
    for number in range(1, ON_POSTGRES + 1):
        await run_walk(number, on_postgres(databases, migrated_template), reached, steps=30, look_every=4)
    assert reached.walks == ON_POSTGRES


@pytest.mark.parametrize(
    ("bug", "found"),
    [
        pytest.param(HalfRead, "17:|20:", id="half read"),
        pytest.param(DedupeAfterCredit, "38:|3:|60:|9:", id="dedupe after credit"),
    ],
)
async def test_a_seeded_bug_is_found(bug: SeededBug, found: str) -> None:
    """Walks that can't fail prove nothing: each bug breaks an invariant within a few of them."""

    async def walk_on() -> None:
        for number in range(1, 20):
            await run_walk(number, with_bug(bug), Reached(), steps=40)

    with pytest.raises(WalkFailed, match=found):
        await walk_on()
