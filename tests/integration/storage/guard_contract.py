"""Constraints of the database itself: the last line of defence."""

import asyncio
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import event, insert, text, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from orbit_adapters.sql.storage import SqlStorage
from orbit_adapters.sql.tables import ledger_entries, ledger_postings, orders, users
from orbit_domain.money import RUB
from orbit_domain.storage import StorageConflict
from orbit_testing import samples
from orbit_testing.contracts.storage_transactions import fill
from orbit_testing.samples import ALICE, NOW

APPEND_ONLY = (
    "receipts", "ledger_entries", "ledger_postings", "grants", "audit", "inbox", "source_records", "rates",
    "payout_addresses",
)  # fmt: skip
A_COLUMN = {
    "receipts": "comment",
    "ledger_entries": "reason",
    "ledger_postings": "account",
    "grants": "cause",
    "inbox": "payload",
    "source_records": "comment",
    "rates": "evidence",
    "payout_addresses": "destination",
}


class GuardContract:
    """Give it an `engine` on an empty, migrated database."""

    @pytest.mark.parametrize("table", APPEND_ONLY)
    @pytest.mark.parametrize("change", ["UPDATE", "DELETE"])
    async def test_ledger_tables_are_append_only(self, engine: AsyncEngine, table: str, change: str) -> None:
        """No statement changes or deletes a row of these tables, not even one of Orbit's own."""
        async with SqlStorage(engine, base=RUB).transaction() as tx:
            await fill(tx)
        column = A_COLUMN.get(table, "reason")
        spoil = f"UPDATE {table} SET {column} = 'x'" if change == "UPDATE" else f"DELETE FROM {table}"
        with pytest.raises(IntegrityError, match=f"{table} is append-only"):
            async with engine.begin() as connection:
                await connection.execute(text(spoil))

    @pytest.mark.parametrize(
        "change",
        [
            "UPDATE source_records SET units = units",
            "UPDATE source_records SET raw = raw, seen_at = seen_at",
            "UPDATE source_records SET meaning = 'nothing'",
            "DELETE FROM source_records",
        ],
    )
    async def test_the_raw_log_of_the_sources_can_not_be_rewritten(self, engine: AsyncEngine, change: str) -> None:
        """What was read from a source stays as it was read, to the last column."""
        async with SqlStorage(engine, base=RUB).transaction() as tx:
            await fill(tx)
        with pytest.raises(IntegrityError, match="source_records is append-only"):
            async with engine.begin() as connection:
                await connection.execute(text(change))

    @pytest.mark.parametrize(
        ("change", "is_allowed"),
        [
            ("UPDATE source_records SET raw = '' WHERE external_id = '1'", True),
            ("UPDATE source_records SET raw = 'x' WHERE external_id = '1'", False),
            ("UPDATE source_records SET raw = '', comment = '' WHERE external_id = '1'", False),
            ("UPDATE source_records SET raw = '' WHERE external_id = '2'", False),
            ("UPDATE inbox SET payload = '' WHERE external_id = 'paid:1'", True),
            ("UPDATE inbox SET payload = '', received_at = received_at WHERE external_id = 'paid:1'", False),
            ("UPDATE inbox SET payload = '' WHERE external_id = 'paid:2'", False),
        ],
    )
    async def test_only_old_texts_can_be_emptied(self, engine: AsyncEngine, change: str, is_allowed: bool) -> None:
        """The provider's own text may become empty after eighty days; nothing else of the row, and never sooner."""
        now = datetime.now(UTC)
        async with SqlStorage(engine, base=RUB).transaction() as tx:
            for number, days in ((1, 81), (2, 79)):
                seen_at = now - timedelta(days=days)
                await tx.source_records.add(samples.source_record(number), seen_at)
                await tx.inbox.add(samples.inbox_entry(number, received_at=seen_at))
        refused = pytest.raises(IntegrityError, match="is append-only")
        with nullcontext() if is_allowed else refused:
            async with engine.begin() as connection:
                await connection.execute(text(change))

    @pytest.mark.parametrize("balance", [-1, 10**18 + 1, 2**63 - 1])
    async def test_balances_stay_in_range(self, engine: AsyncEngine, balance: int) -> None:
        """A balance below zero, or beyond any shop, is refused even to a hand-written statement."""
        async with SqlStorage(engine, base=RUB).transaction() as tx:
            await tx.users.add_if_absent(samples.new_user())
        with pytest.raises(IntegrityError):
            async with engine.begin() as connection:
                await connection.execute(update(users).where(users.c.tg_id == ALICE).values(balance=balance))

    async def test_states_are_checked(self, engine: AsyncEngine) -> None:
        """An unknown state can't be written."""
        async with SqlStorage(engine, base=RUB).transaction() as tx:
            await fill(tx)
        with pytest.raises(IntegrityError):
            async with engine.begin() as connection:
                await connection.execute(update(orders).values(state="payed"))

    async def test_errors_hold_no_values(self, engine: AsyncEngine) -> None:
        """The text of a conflict, and its whole traceback, never hold what a customer wrote."""
        secret = samples.payment(1, comment="ORB-PRIVATE")
        async with SqlStorage(engine, base=RUB).transaction() as tx:
            await tx.users.add_if_absent(samples.new_user())
            await tx.payments.add(secret)
        with pytest.raises(StorageConflict) as refused:
            async with SqlStorage(engine, base=RUB).transaction() as tx:
                await tx.payments.add(samples.payment(2, comment=secret.comment).cancel(NOW))
        assert "PRIVATE" not in "".join(traceback.format_exception(refused.value))

    @pytest.mark.parametrize("times", [1, 3])
    @pytest.mark.parametrize("call", range(7))
    async def test_cancelling_during_a_call_leaks_nothing(self, engine: AsyncEngine, call: int, times: int) -> None:
        """A transaction that is cancelled during any of its calls is rolled back and holds no lock."""
        storage = SqlStorage(engine, base=RUB)

        async def shop() -> None:
            async with storage.transaction() as tx:
                await tx.users.add_if_absent(samples.new_user())
                await tx.orders.add_if_absent(samples.order())
                await tx.ledger.post(samples.gift(1, 500))

        with _after(engine, call, lambda: [task.cancel() for _ in range(times)]):
            task = asyncio.create_task(shop())
            with pytest.raises(asyncio.CancelledError):
                await task
        async with storage.transaction() as tx:
            assert await tx.users.get(ALICE) is None
            assert await tx.ledger.newest(5) == ()
        await shop()

    async def write_line(self, connection: AsyncConnection, units: int) -> None:
        """Insert one line of an entry without the port."""
        await connection.execute(
            insert(ledger_entries).values(id=77, kind="credit", ref="odd", actor="x", reason="", at=NOW)
        )
        await connection.execute(
            insert(ledger_postings).values(
                entry_id=77, account="revenue", currency="RUB", decimals=2, units=units, position=0
            )
        )


@contextmanager
def _after(engine: AsyncEngine, calls: int, act: Callable[[], object]) -> Iterator[None]:
    """Call *act* when the call after *calls* others is about to be sent."""
    count = iter(range(calls, -1, -1))

    def one_call(*_: object) -> None:
        if next(count, None) == 0:
            act()

    event.listen(engine.sync_engine, "before_cursor_execute", one_call)
    try:
        yield
    finally:
        event.remove(engine.sync_engine, "before_cursor_execute", one_call)
