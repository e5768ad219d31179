"""The migration to sources of any kind brings everything along that an older version recorded, and back."""

from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncEngine

from orbit_adapters.sql.engine import open_engine
from orbit_adapters.sql.migrate import migrate
from orbit_adapters.sql.storage import SqlStorage
from orbit_adapters.ton.classify import MEANINGS, TransferClass
from orbit_domain.ids import PaymentId
from orbit_domain.money import RUB, TON
from orbit_domain.payment.payment import TON_METHOD, PaymentPolicy
from orbit_domain.payment.source import Cursor
from orbit_domain.payment.source_record import Meaning
from orbit_domain.storage import Transaction
from orbit_testing import samples
from orbit_testing.samples import ALICE, HOUR, NOW
from tests.integration.storage.older_shop import (
    _ALICE,
    LEADING,
    PAYMENTS,
    PLACES,
    STOPPED,
    UNUSED,
    USERS,
    insert_rows,
    older_shop,
    payment_row,
    record_of,
    rows_of,
    transactions,
)


class SourcesMigrationContract:
    """Give it an `address` of an empty database."""

    async def test_what_was_read_is_read_from_the_sources_now(self, address: str) -> None:
        """Every transaction of every account is a record, with the position behind it; money keeps its meaning."""
        engine = await older_shop(address)
        await migrate(address)
        async with SqlStorage(engine, base=RUB).transaction() as tx:
            for network, account in PLACES:
                source = f"ton:{network}:{account}"
                expected = [record_of(source, row) for row in transactions() if row["account"] == account]
                assert await tx.source_records.newest(source, 9_999) == tuple(expected[::-1])
            assert not await tx.source_records.add(record_of(LEADING, transactions()[0]), NOW)
        await engine.dispose()
        meanings = {record.kind: record.meaning for record in (record_of(LEADING, row) for row in transactions())}
        assert meanings.keys() == set(TransferClass)
        assert sum(meaning is not Meaning.NOTHING for meaning in meanings.values()) == len(MEANINGS)

    async def test_reading_goes_on_where_it_stood(self, address: str) -> None:
        """A cursor keeps its place and its watermark; one that was never moved stands at the beginning."""
        engine = await older_shop(address)
        await migrate(address)
        async with SqlStorage(engine, base=RUB).transaction() as tx:
            assert await tx.cursors.all() == (
                Cursor.start(UNUSED),
                Cursor(LEADING, f"{2**62}:{'a' * 64}", NOW),
                Cursor(STOPPED, f"7:{'b' * 64}", None),
            )
        await engine.dispose()

    async def test_a_pending_payment_keeps_what_it_promised(self, address: str) -> None:
        """It is of the account whose cursor is ahead, with the policy that counted then, and still expires."""
        engine = await older_shop(address)
        await migrate(address)
        async with SqlStorage(engine, base=RUB).transaction() as tx:
            pending = await tx.payments.get(samples.payment(1).id)
            assert pending == samples.payment(1, source=LEADING, policy=PaymentPolicy(HOUR, 50))
            assert await tx.payments.pending(ALICE, TON_METHOD) == pending
            assert await tx.payments.overdue(LEADING, NOW + 3 * HOUR, 10) == (pending.id,)
            assert await tx.payments.by_comment(pending.comment) == pending
            await _settled_payment_is_whole(tx)
        await engine.dispose()

    async def test_history_of_another_shop_has_no_source(self, address: str) -> None:
        """Two of its payments may have one provider's name: the upgrade keeps both, and neither is found by it."""
        engine = await older_shop(address)
        await migrate(address)
        async with SqlStorage(engine, base=RUB).transaction() as tx:
            for number in (3, 4, 5):
                assert (payment := await tx.payments.get(samples.payment(number).id)) is not None
                assert (payment.source, payment.policy, payment.external_id) == ("", PaymentPolicy(), "bill")
            assert await tx.payments.by_external_id(TON_METHOD, "bill") is None
        await engine.dispose()

    async def test_a_payment_of_a_shop_that_never_read_its_account_has_no_source(self, address: str) -> None:
        """Without a cursor there is nothing to name."""
        await migrate(address, "0006")
        engine = open_engine(address)
        await insert_rows(engine, USERS, [_ALICE])
        await insert_rows(engine, PAYMENTS, [payment_row(1)])
        await migrate(address)
        async with SqlStorage(engine, base=RUB).transaction() as tx:
            assert await tx.payments.get(samples.payment(1).id) == samples.payment(1, source="")
        await engine.dispose()

    async def test_a_downgrade_brings_everything_back(self, address: str) -> None:
        """Transactions with their links, cursors and payments are as they were, and so they are after an upgrade."""
        engine = await older_shop(address)
        before = await rows_of(engine)
        assert len(before[0]) == len(transactions())
        await migrate(address)
        await _use_the_new_shop(engine)
        await migrate(address, "0006", down=True)
        assert await rows_of(engine) == before
        await migrate(address)
        await migrate(address, "0006", down=True)
        assert await rows_of(engine) == before
        await engine.dispose()

    async def test_the_older_log_is_protected_again(self, address: str) -> None:
        """After a downgrade only the time of its processing may change, as before."""
        engine = await older_shop(address)
        await migrate(address)
        await migrate(address, "0006", down=True)
        async with engine.begin() as connection:
            await connection.execute(text("UPDATE ton_transactions SET processed_at = NULL"))
        for change in ("UPDATE ton_transactions SET amount = amount", "DELETE FROM ton_transactions"):
            with pytest.raises(IntegrityError, match="ton_transactions is append-only"):
                async with engine.begin() as connection:
                    await connection.execute(text(change))
        await engine.dispose()


class TestSourcesMigrationOfSqlite(SourcesMigrationContract):
    """In a file."""

    @pytest.fixture
    def address(self, tmp_path: Path) -> str:
        return f"sqlite+aiosqlite:///{tmp_path / 'orbit.db'}"


class TestSourcesMigrationOfPostgres(SourcesMigrationContract):
    """On a server."""

    @pytest.fixture
    async def address(self, postgres_url: str) -> str:
        await migrate(postgres_url, "base", down=True)
        return postgres_url


async def _settled_payment_is_whole(tx: Transaction) -> None:
    settled = await tx.payments.get(PaymentId(samples.identity(2)))
    assert settled is not None
    assert (settled.source, settled.status, settled.confirmed_at) == (LEADING, "confirmed", NOW)


async def _use_the_new_shop(engine: AsyncEngine) -> None:
    """What only the new version records: another source, its cursor, a rate, and where a payment is sent."""
    async with SqlStorage(engine, base=RUB).transaction() as tx:
        await tx.source_records.add(samples.source_record(1, source="bank:A", kind="paid", invoice_id="i1"), NOW)
        await tx.cursors.move(None, Cursor("bank:A", "page-2", NOW))
        await tx.rate_history.add(TON, RUB, samples.rate())
        await tx.payments.open(samples.payment(1).id, "0:" + "E" * 64, None)
