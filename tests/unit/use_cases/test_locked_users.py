"""Whoever changes an order, a payment or a subscription has locked its user first: the user is what is waited for."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import replace
from typing import Any

import pytest

from orbit_domain.ids import PaymentId, TelegramId
from orbit_domain.storage import Storage, Transaction
from orbit_domain.subscription.repository import Customer
from tests.support.buyer import ALICE, Buyer
from tests.support.shop import Shop
from tests.support.world import COIN, PRICE, World

CHANGES = ("orders.lock", "orders.save", "payments.lock", "payments.save", "payments.add", "subscriptions.save")


class WatchedStorage:
    """Notes every change, and those whose transaction hadn't locked the user of the row."""

    def __init__(self, storage: Storage) -> None:
        self._storage = storage
        self.changes: set[str] = set()
        self.unlocked: list[str] = []

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Transaction]:
        """As the real one, with a note of each change."""
        async with self._storage.transaction() as tx:
            locked: set[TelegramId] = set()
            self._watch_users(tx, locked)
            for name in CHANGES:
                self._watch(tx, name, locked)
            yield tx

    def snapshot(self) -> AbstractAsyncContextManager[Transaction]:
        """As the real one."""
        return self._storage.snapshot()

    async def find_customer(self, tg_id: TelegramId) -> Customer | None:
        """As the real one."""
        return await self._storage.find_customer(tg_id)

    def _watch_users(self, tx: Transaction, locked: set[TelegramId]) -> None:
        lock, lock_payer = tx.users.lock, tx.users.lock_payer

        async def noted(tg_id: TelegramId) -> object:
            locked.add(tg_id)
            return await lock(tg_id)

        async def payer_noted(payment_id: PaymentId) -> object:
            payer = await lock_payer(payment_id)
            locked.add(payer.tg_id)
            return payer

        vars(tx.users)["lock"] = noted
        vars(tx.users)["lock_payer"] = payer_noted

    def _watch(self, tx: Transaction, name: str, locked: set[TelegramId]) -> None:
        repository, _, method = name.partition(".")
        rows = getattr(tx, repository)
        call: Callable[[Any], Awaitable[Any]] = getattr(rows, method)

        async def noted(row: Any) -> object:
            answer = await call(row)
            self.changes.add(name)
            if (row if method != "lock" else answer).tg_id not in locked:
                self.unlocked.append(name)
            return answer

        vars(rows)[method] = noted


@pytest.fixture
def storage(world: World) -> WatchedStorage:
    return WatchedStorage(world.storage)


@pytest.fixture
async def shop(world: World, storage: WatchedStorage) -> Shop:
    shop = Shop(replace(world.ports(), storage=storage))
    await shop.open()
    return shop


async def test_a_payment_is_cancelled_under_the_lock_of_its_user(alice: Buyer, storage: WatchedStorage) -> None:
    """What arrived for the payment is being settled meanwhile: both wait for the user."""
    view = await alice.start_purchase()
    alice.send(view, COIN // 2)
    await alice.shop.scan_and_settle()
    storage.changes.clear()
    await alice.cancel(view.payment.id)
    assert {"payments.lock", "payments.save"} <= storage.changes
    assert storage.unlocked == []


async def test_a_key_is_confirmed_under_the_lock_of_its_user(alice: Buyer, storage: WatchedStorage) -> None:
    """Two keys of one user may be confirmed at once: the second one sees the first, and delivers the order."""
    alice.send(await alice.start_purchase())
    await alice.shop.scan_and_settle()
    storage.changes.clear()
    assert await alice.shop.provision_keys() == 1
    assert "orders.save" in storage.changes
    assert storage.unlocked == []


async def test_a_key_is_renamed_under_the_lock_of_its_user(alice: Buyer, world: World) -> None:
    """Two keys of one user may need another name at once: the second one sees what the first has taken."""
    alice.send(await alice.start_purchase())
    await alice.shop.scan_and_settle()
    world.panel.add_foreign("orbit_42")
    users: list[TelegramId] = []

    class Noting:
        """Notes whose user was locked when a key got its name."""

        snapshot = staticmethod(world.storage.snapshot)

        @asynccontextmanager
        async def transaction(self) -> AsyncIterator[Transaction]:
            async with world.storage.transaction() as tx:
                lock, locked = tx.users.lock, list[TelegramId]()

                async def noted(tg_id: TelegramId) -> object:
                    locked.append(tg_id)
                    return await lock(tg_id)

                vars(tx.users)["lock"] = noted
                yield tx
                if [key.number for key in await tx.keys.of_user(ALICE)] == [2]:
                    users.extend(locked)

    await Shop(replace(world.ports(), storage=Noting())).provision_keys()
    assert ((await alice.key()).username, users) == ("orbit_42_2", [ALICE])


async def test_nothing_of_a_user_changes_without_the_lock(alice: Buyer, world: World, storage: WatchedStorage) -> None:
    """A trial, purchases, money that is late, short or too much, cancelled and forgotten orders: the user is locked."""
    await alice.shop.start_trial(ALICE)
    await alice.buy()
    short = await alice.start_purchase()
    alice.send(short, COIN // 3)
    await alice.shop.work()
    await alice.cancel(short.payment.id)
    await alice.add_balance(2 * PRICE)
    await alice.pay_from_balance((await alice.choose()).order.id)
    late = await alice.start_purchase("sub_3m")
    world.clock.advance(hours=3)
    await alice.shop.work()
    alice.send(late, COIN)
    world.clock.advance(hours=90)
    await alice.shop.work()
    assert (storage.changes, storage.unlocked) == (set(CHANGES), [])
