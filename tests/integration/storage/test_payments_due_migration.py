"""The migration to the queue of payments loses no deposit that an older version had read and not settled."""

from pathlib import Path

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from orbit_adapters.sql.engine import open_engine
from orbit_adapters.sql.migrate import migrate
from orbit_adapters.sql.storage import SqlStorage
from orbit_domain.money import RUB
from orbit_testing import samples
from orbit_testing.samples import ALICE, HOUR, NOW

_OLD_WAIT = "UPDATE ton_transactions SET processed_at = NULL WHERE lt = 2"
_STILL_WAITS = "SELECT lt FROM ton_transactions WHERE processed_at IS NULL"


async def test_waiting_deposits_are_due_after_the_upgrade(tmp_path: Path) -> None:
    """One deposit was settled and one wasn't: the payment of the second one is due, and a downgrade lets it wait."""
    assert await _upgraded_and_downgraded(f"sqlite+aiosqlite:///{tmp_path / 'shop.db'}") == ([2], [], [2])


async def test_waiting_deposits_are_due_after_the_upgrade_of_postgres(postgres_url: str) -> None:
    """The same on PostgreSQL."""
    assert await _upgraded_and_downgraded(postgres_url) == ([2], [], [2])


async def _upgraded_and_downgraded(address: str) -> tuple[list[int], list[int], list[int]]:
    """Which payments are due after the upgrade, which deposits wait then, and which after the downgrade."""
    await migrate(address)
    engine = open_engine(address)
    await _fill(engine)
    await migrate(address, "0003", down=True)
    async with engine.begin() as connection:
        await connection.execute(text(_OLD_WAIT))
    await migrate(address, "0004")
    waiting = await _waiting(engine)
    await migrate(address)
    async with SqlStorage(engine, base=RUB).transaction() as tx:
        due = await tx.payments_due.claim(NOW + HOUR, NOW + 2 * HOUR, 10)
    numbers = [number for number in (1, 2) for one in due if one.payment_id == samples.payment(number).id]
    await migrate(address, "0003", down=True)
    waiting_again = await _waiting(engine)
    await engine.dispose()
    return numbers, waiting, waiting_again


async def _waiting(engine: AsyncEngine) -> list[int]:
    async with engine.connect() as connection:
        return list((await connection.execute(text(_STILL_WAITS))).scalars())


async def _fill(engine: AsyncEngine) -> None:
    async with SqlStorage(engine, base=RUB).transaction() as tx:
        await tx.users.add_if_absent(samples.new_user(ALICE))
        for number in (1, 2):
            payment = samples.payment(number)
            await tx.payments.add(payment if number == 1 else payment.supersede())
            await tx.source_records.add(samples.source_record(number), NOW)
            receipt = samples.receipt(number, source=samples.SOURCE, tg_id=ALICE, payment_id=payment.id)
            await tx.receipts.add(receipt)
