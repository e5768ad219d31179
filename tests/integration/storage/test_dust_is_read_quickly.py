"""However many coins a stranger splits an amount into, settling a payment takes steps in proportion to them."""

from sqlalchemy.ext.asyncio import AsyncEngine

from orbit_adapters.sql.ledger import SqlLedger
from orbit_adapters.sql.storage import SqlStorage
from orbit_domain.ledger.entries import money_credited
from orbit_domain.money import RUB, TON, Money, rub
from orbit_domain.storage import ChangeSet
from orbit_testing import samples
from orbit_testing.samples import ALICE, NOW

FEW, MANY = 100, 800


async def test_what_was_booked_is_found_in_steps_that_grow_with_it(sqlite_engine: AsyncEngine) -> None:
    """Eight times as many credits take about eight times as many steps of SQLite, not sixty-four times as many."""
    async with SqlStorage(sqlite_engine, base=RUB).transaction() as tx:
        await tx.users.add_if_absent(samples.new_user())
        await tx.payments.add(samples.payment())
    await _credit(sqlite_engine, range(FEW))
    few = await _steps(sqlite_engine, FEW)
    await _credit(sqlite_engine, range(FEW, MANY))
    assert await _steps(sqlite_engine, MANY) < 2 * few * MANY / FEW


async def _credit(engine: AsyncEngine, numbers: range) -> None:
    async with SqlStorage(engine, base=RUB).transaction() as tx:
        for number in numbers:
            await tx.receipts.add(samples.receipt(number, tg_id=ALICE, payment_id=samples.payment().id))
        refs = [samples.receipt(number).ref for number in numbers]
        await tx.ledger.post_all([money_credited(ref, ALICE, Money(5, TON), rub(3), NOW) for ref in refs])


async def _steps(engine: AsyncEngine, expected: int) -> int:
    """How many hundred steps SQLite's machine takes to find the *expected* credits."""
    taken = 0

    def count() -> int:
        nonlocal taken
        taken += 1
        return 0

    async with engine.connect() as connection:
        driver = (await connection.get_raw_connection()).driver_connection
        assert driver is not None
        await driver.set_progress_handler(count, 100)
        try:
            booked = await SqlLedger(connection, ChangeSet(), RUB).booked(samples.payment().id, ALICE)
            assert len(booked.credits) == expected
        finally:
            await driver.set_progress_handler(None, 0)
    return taken
