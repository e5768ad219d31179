"""A row that one transaction has locked is waited for by every other one that locks it.

Whether a transaction waits is read from the server; no time is measured.
"""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import pytest

from orbit_adapters.sql.storage import SqlStorage
from orbit_domain.payment.payment import PaymentStatus
from orbit_domain.storage import StorageConflict, Transaction
from orbit_testing import samples
from orbit_testing.samples import ALICE, HOUR, NOW
from tests.integration.postgres.contended_shop import ContendedShop, until
from tests.support.buyer import Buyer
from tests.support.servers.databases import fetch_value

WAITING = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"

Lock = Callable[[Transaction], Awaitable[Any]]
Change = Callable[[Transaction], Awaitable[None]]

ORDER, PAYMENT, KEY = samples.order(1), samples.payment(1), samples.key(1)
ROWS: dict[str, tuple[Lock, Change, Callable[[Any], bool]]] = {
    "users": (
        lambda tx: tx.users.lock(ALICE),
        lambda tx: tx.users.set_language(ALICE, "en"),
        lambda user: user.language == "en",
    ),
    "orders": (
        lambda tx: tx.orders.lock(ORDER.id),
        lambda tx: tx.orders.save(ORDER.cancel()),
        lambda order: order == ORDER.cancel(),
    ),
    "payments": (
        lambda tx: tx.payments.lock(PAYMENT.id),
        lambda tx: tx.payments.save(PAYMENT.cancel(NOW)),
        lambda payment: payment == PAYMENT.cancel(NOW),
    ),
    "keys": (
        lambda tx: tx.keys.lock(KEY.id),
        lambda tx: tx.keys.save(KEY.postpone(0, "down", NOW)),
        lambda key: key == KEY.postpone(0, "down", NOW),
    ),
}


@pytest.fixture
async def storage(contended_shop: ContendedShop) -> SqlStorage:
    """A storage that knows Alice, with an order, a payment and a key."""
    storage = contended_shop.storage()
    async with storage.transaction() as tx:
        await tx.users.add_if_absent(samples.new_user())
        await tx.orders.add_if_absent(ORDER)
        await tx.payments.add(PAYMENT)
        await tx.keys.add(KEY)
    return storage


async def waits(contended_shop: ContendedShop, work: "asyncio.Task[Any]") -> bool:
    """Whether *work* comes to wait for a lock, rather than to its end."""

    async def is_decided() -> bool:
        return work.done() or bool(await fetch_value(contended_shop.url, WAITING))

    await until(is_decided)
    return not work.done()


@pytest.mark.parametrize("row", ROWS)
async def test_a_locked_row_is_waited_for(contended_shop: ContendedShop, storage: SqlStorage, row: str) -> None:
    """The second transaction that locks the row waits for the first one, and then reads what that one recorded."""
    lock, change, is_changed = ROWS[row]
    other = contended_shop.storage()

    async def lock_too() -> Any:
        async with other.transaction() as tx:
            return await lock(tx)

    async with storage.transaction() as tx:
        assert not is_changed(await lock(tx))
        second = asyncio.create_task(lock_too())
        assert await waits(contended_shop, second)
        await change(tx)
    assert is_changed(await second)


async def test_a_cancelled_payment_waits_for_its_user(contended_shop: ContendedShop) -> None:
    """While another transaction settles money of the same customer, "cancel" waits, and then cancels."""
    shop = contended_shop.shop()
    await shop.open()
    alice = Buyer(shop, contended_shop.world)
    await alice.start()
    view = await alice.start_purchase()
    async with contended_shop.storage().transaction() as tx:
        await tx.users.lock(alice.tg_id)
        cancelling = asyncio.create_task(alice.cancel(view.payment.id))
        assert await waits(contended_shop, cancelling)
    await cancelling
    assert (await alice.refreshed(view)).payment.status is PaymentStatus.CANCELLED


async def test_payments_due_are_shared_without_waiting(contended_shop: ContendedShop, storage: SqlStorage) -> None:
    """While one worker's claim is still open, another gets the payments that are left, without meeting a lock."""
    async with storage.transaction() as tx:
        for number in range(2, 11):
            await tx.payments.add(samples.payment(number).cancel(NOW))
            await tx.payments_due.add(samples.payment(number).id, NOW)
        await tx.payments_due.add(PAYMENT.id, NOW)
    other = contended_shop.storage(lock_timeout="1s")
    async with storage.transaction() as mine, other.transaction() as theirs:
        claims = [await tx.payments_due.claim(NOW, NOW + HOUR, 5) for tx in (mine, theirs)]
    assert [len(claim) for claim in claims] == [5, 5]
    assert len({due.payment_id for claim in claims for due in claim}) == 10


async def test_an_order_that_changes_while_many_are_settled_is_not_overwritten(
    contended_shop: ContendedShop, storage: SqlStorage
) -> None:
    """Orders aren't held by a settlement of many payments: one that another has changed meanwhile stops it all."""
    async with storage.transaction() as tx:
        await tx.payments_due.add(PAYMENT.id, NOW)
        claimed = await tx.payments_due.claim(NOW, NOW + HOUR, 5)

    async def settle() -> None:
        async with storage.transaction() as tx, tx.payments_due.read_ahead(tx, claimed) as ahead:
            (order,) = await ahead.orders.newest(ALICE, 1)
            async with contended_shop.storage().transaction() as other:
                await other.orders.save(order.cancel())
            await ahead.orders.save(order.pay(NOW))

    with pytest.raises(StorageConflict):
        await settle()
    async with storage.transaction() as tx:
        assert await tx.orders.get(ORDER.id) == ORDER.cancel()


@pytest.mark.parametrize("how", ["finished", "postponed"])
async def test_money_that_comes_at_the_end_of_a_settlement_is_settled(
    contended_shop: ContendedShop, storage: SqlStorage, how: str
) -> None:
    """A payment that gets a new reason while another transaction ends its row is due afterwards."""
    other = contended_shop.storage()
    async with storage.transaction() as tx:
        await tx.payments_due.add(PAYMENT.id, NOW)
        (due,) = await tx.payments_due.claim(NOW, NOW + HOUR, 1)

    async def book() -> None:
        async with other.transaction() as tx:
            await tx.payments_due.add(PAYMENT.id, NOW)

    async with storage.transaction() as tx:
        if how == "finished":
            assert await tx.payments_due.finish(due, NOW)
        else:
            assert await tx.payments_due.postpone(due, NOW + timedelta(minutes=1), "no rate")
        booking = asyncio.create_task(book())
        assert await waits(contended_shop, booking)
    await booking
    async with storage.transaction() as tx:
        (again,) = await tx.payments_due.claim(NOW + HOUR, NOW + 2 * HOUR, 5)
    assert (again.revision, again.attempts) == ((1, 0) if how == "finished" else (2, 1))
