"""Concurrent transactions on the same rows wait, get StorageBusy, and all complete."""

import asyncio
from datetime import datetime

import pytest
from sqlalchemy import text

from orbit_adapters.sql.engine import open_engine
from orbit_adapters.sql.storage import SqlStorage
from orbit_domain.ids import TelegramId
from orbit_domain.money import RUB
from orbit_domain.payment.payment import STARS_METHOD
from orbit_domain.payment.pre_checkout import PreCheckout, PreCheckoutProblem
from orbit_domain.storage import StorageBusy, StorageUnavailable
from orbit_domain.use_cases.answer_pre_checkout import AnswerPreCheckout
from orbit_domain.use_cases.audit_ledger import AuditLedger
from orbit_entry.runtime.retry import retry_on_busy
from orbit_testing import samples
from orbit_testing.samples import ALICE, BORIS
from tests.integration.postgres.contended_shop import PRICE, ContendedShop, until
from tests.integration.postgres.patience import patient_engine
from tests.support.clock import FakeClock
from tests.support.servers.databases import fetch_value

WAITING = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"


@pytest.fixture
async def storage(contended_shop: ContendedShop) -> SqlStorage:
    """A storage that knows Alice and Boris."""
    storage = contended_shop.storage()
    async with storage.transaction() as tx:
        await tx.users.add_if_absent(samples.new_user())
        await tx.users.add_if_absent(samples.new_user(BORIS))
    return storage


async def test_both_sides_of_a_deadlock_complete(storage: SqlStorage) -> None:
    """Two transactions that wait for each other: one gets StorageBusy, retries, and both complete."""
    both_inside = asyncio.Barrier(2)
    busy: list[str] = []

    async def swap(first: TelegramId, second: TelegramId, language: str) -> None:
        met = False

        async def work() -> None:
            nonlocal met
            try:
                async with storage.transaction() as tx:
                    await tx.users.lock(first)
                    if not met:
                        met = True
                        await both_inside.wait()
                    await tx.users.lock(second)
                    await tx.users.set_language(first, language)
            except StorageBusy as raised:
                busy.append(str(raised))
                raise

        await retry_on_busy(work)

    await asyncio.gather(swap(ALICE, BORIS, "en"), swap(BORIS, ALICE, "de"))
    assert ["40P01" in raised for raised in busy] == [True]
    async with storage.transaction() as tx:
        assert (await tx.users.lock(ALICE)).language == "en"
        assert (await tx.users.lock(BORIS)).language == "de"


async def test_of_ten_payments_of_one_invoice_one_is_approved(contended_shop: ContendedShop) -> None:
    """Ten devices press Pay at once, and two replicas answer: one may pay, the others are told to wait."""
    payment = samples.payment(method=STARS_METHOD)
    storages = [contended_shop.storage(), contended_shop.storage()]
    async with storages[0].transaction() as tx:
        await tx.users.add_if_absent(samples.new_user())
        await tx.payments.add(payment)
        await tx.payments.open(payment.id, "https://t.me/$1", "n1")
    clock = FakeClock(payment.created_at)
    due = payment.quote.due
    asked = [
        PreCheckout("telegram:1", f"q{number}", ALICE, "n1", due.currency.code, due.units, f"{number}")
        for number in range(10)
    ]
    answers = await asyncio.gather(
        *(AnswerPreCheckout(storages[number % 2], clock)(one) for number, one in enumerate(asked))
    )
    problems = [answer.problem for answer in answers]
    assert (problems.count(None), problems.count(PreCheckoutProblem.IN_PROGRESS)) == (1, 9)


async def test_fifty_on_one_user_all_succeed(contended_shop: ContendedShop) -> None:
    """Fifty use cases of two replicas on one user at once end without an error, and every kopeck is accounted for."""
    storages = [contended_shop.storage(), contended_shop.storage()]
    shops = [contended_shop.shop(storage) for storage in storages]
    async with storages[0].transaction() as tx:
        await tx.users.add_if_absent(samples.new_user())
        await tx.ledger.post(samples.gift(1, 30 * PRICE))
        orders = [(await tx.orders.add_if_absent(samples.order(number))).id for number in range(1, 26)]

    # Each order is paid by both replicas at once.
    await asyncio.gather(
        *(
            retry_on_busy(lambda shop=shop, order_id=order_id: shop.pay_from_balance(ALICE, order_id))
            for order_id in orders
            for shop in shops
        )
    )
    async with storages[0].transaction() as tx:
        customer = await tx.subscriptions.customer(ALICE)
        assert customer is not None
        assert customer.user.balance.units == 5 * PRICE
        assert len(await tx.grants.of_user(ALICE)) == 25
    assert (await AuditLedger(storages[0])()).findings == ()


async def test_a_held_lock_is_waited_for_three_seconds(contended_shop: ContendedShop, storage: SqlStorage) -> None:
    """A transaction that meets a locked row gets StorageBusy instead of hanging, and succeeds when it is released."""
    other = patient_engine(contended_shop.url)
    limited = contended_shop.limited_storage()
    waited: list[int] = []
    holder = await other.connect()
    await holder.execute(text("SELECT 1 FROM users WHERE tg_id = :id FOR UPDATE"), {"id": ALICE})

    async def set_language() -> None:
        async with limited.transaction() as tx:
            await tx.users.set_language(ALICE, "en")

    async def release(failures: int) -> None:
        waited.append(failures)
        await holder.rollback()

    await retry_on_busy(set_language, pause=release)
    assert waited == [1]
    async with storage.transaction() as tx:
        assert (await tx.users.lock(ALICE)).language == "en"
    await holder.close()
    await other.dispose()


async def test_other_users_are_not_blocked(contended_shop: ContendedShop, storage: SqlStorage) -> None:
    """While a transaction waits for one user's row, other users are served, and the waiting one completes after it."""
    inside, go_on = asyncio.Event(), asyncio.Event()

    async def hold() -> None:
        async with storage.transaction() as tx:
            await tx.users.lock(ALICE)
            inside.set()
            await go_on.wait()

    async def set_language(tg_id: TelegramId) -> None:
        async with storage.transaction() as tx:
            await tx.users.set_language(tg_id, "en")

    holding = asyncio.create_task(hold())
    await inside.wait()
    waiting = asyncio.create_task(set_language(ALICE))

    async def a_transaction_waits() -> bool:
        return bool(await fetch_value(contended_shop.url, WAITING))

    await until(a_transaction_waits)
    await set_language(BORIS)
    assert not waiting.done()
    go_on.set()
    await asyncio.gather(holding, waiting)


async def test_a_full_pool_refuses_and_recovers(contended_shop: ContendedShop, storage: SqlStorage) -> None:
    """With all forty connections in use the next call is refused; another pool works, and this one recovers."""
    jobs, full = contended_shop.storage(jobs=True), contended_shop.storage(pool_timeout_s=0.1)
    inside, go_on = asyncio.Barrier(41), asyncio.Event()

    async def hold() -> None:
        async with full.transaction():
            await inside.wait()
            await go_on.wait()

    async def read(through: SqlStorage) -> datetime:
        async with through.transaction() as tx:
            return (await tx.users.lock(ALICE)).created_at

    holding = [asyncio.create_task(hold()) for _ in range(40)]
    await inside.wait()
    with pytest.raises(StorageUnavailable, match="every connection of the pool is in use"):
        await read(full)
    seen = await read(jobs)
    go_on.set()
    await asyncio.gather(*holding)
    assert await read(full) == seen


async def test_an_idle_transaction_is_ended(contended_shop: ContendedShop, storage: SqlStorage) -> None:
    """The server ends a transaction that is idle for too long, whose next statement fails."""
    engine = open_engine(contended_shop.url)
    idle = SqlStorage(engine, base=RUB)

    async def stay_idle() -> None:
        async with idle.transaction() as tx:
            await tx.users.lock(ALICE)

            async def is_gone() -> bool:
                return not await fetch_value(
                    contended_shop.url, "SELECT count(*) FROM pg_stat_activity WHERE state LIKE 'idle in tr%'"
                )

            await until(is_gone)
            await tx.users.set_language(ALICE, "de")

    # The same as in a shop, only shorter than ten seconds.
    async with engine.begin() as connection:
        await connection.execute(text("SET SESSION idle_in_transaction_session_timeout = '200ms'"))
    with pytest.raises(StorageBusy):
        await stay_idle()
    async with storage.transaction() as tx:
        assert (await tx.users.lock(ALICE)).language == "ru"
    await idle.close()
