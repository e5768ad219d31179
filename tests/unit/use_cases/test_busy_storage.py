"""The storage is busy when a job records its work: the job retries at once, so that no lease has to run out."""

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import replace

import pytest

from orbit_domain.order.order import OrderState
from orbit_domain.storage import Storage, StorageBusy, Transaction
from tests.support.buyer import Buyer
from tests.support.invariants import check_ledger
from tests.support.shop import Shop
from tests.support.world import World


class BusyStorage:
    """A storage whose *number*-th transaction from now on is busy, once: before its commit, or *after* it."""

    def __init__(self, storage: Storage, *, after: bool) -> None:
        self.number = 0
        self._storage = storage
        self._after = after

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Transaction]:
        """As the real one, except for the busy one."""
        self.number -= 1
        is_busy = self.number == 0
        async with self._storage.transaction() as tx:
            yield tx
            if is_busy and not self._after:
                raise StorageBusy("a lock was held")
        if is_busy:
            raise StorageBusy("the answer was lost")

    def snapshot(self) -> AbstractAsyncContextManager[Transaction]:
        """As the real one."""
        return self._storage.snapshot()


@pytest.mark.parametrize("after", [False, True], ids=["undone", "unknown"])
async def test_a_confirmed_key_is_recorded_in_the_same_run(world: World, alice: Buyer, after: bool) -> None:
    """Whichever transaction of the run is busy, a claimed key is delivered in it, and its notice is sent once.

    Only when the answer to the claim itself is lost does the key wait for the end of the lease.
    """
    for number in range(1, 9):
        storage = BusyStorage(world.storage, after=after)
        shop = Shop(replace(world.ports(), storage=storage))
        view = await alice.start_purchase()
        alice.send(view)
        await shop.scan_and_settle()
        storage.number = number
        await shop.provision_keys()
        if after and (await alice.order_of(view)).state is OrderState.PAID:
            world.clock.advance(seconds=90)
            await shop.provision_keys()
        assert (await alice.order_of(view)).state is OrderState.DELIVERED
    await check_ledger(world)


@pytest.mark.parametrize("after", [False, True], ids=["undone", "unknown"])
async def test_what_was_sent_is_not_sent_again(world: World, alice: Buyer, after: bool) -> None:
    """A notice that was sent while the storage was busy isn't sent a second time."""
    storage = BusyStorage(world.storage, after=after)
    shop = Shop(replace(world.ports(), storage=storage))
    view = await alice.start_purchase()
    alice.send(view)
    await shop.scan_and_settle()
    storage.number = 2  # The claim, and then the record that it was sent.
    await shop.deliver_notices()
    world.clock.advance(minutes=5)
    await shop.deliver_notices()
    assert len(alice.notices("order_paid")) == 1


async def test_a_run_finishes_everything_it_began(world: World, alice: Buyer, bob: Buyer) -> None:
    """One key that can't be recorded is an error at the end of the run, when the other one has been delivered."""
    for buyer in (alice, bob):
        view = await buyer.start_purchase()
        buyer.send(view)
        await buyer.shop.scan_and_settle()
    world_storage = world.storage

    class Broken:
        snapshot = staticmethod(world_storage.snapshot)

        @asynccontextmanager
        async def transaction(self) -> AsyncIterator[Transaction]:
            async with world_storage.transaction() as tx:
                yield tx
                for key in await tx.keys.of_user(alice.tg_id):
                    if key.username == "orbit_42" and key.is_confirmed:
                        raise StorageBusy("for ever")

    shop = Shop(replace(world.ports(), storage=Broken()))
    with pytest.raises(StorageBusy):
        await shop.provision_keys()
    assert (await bob.key()).is_confirmed
    assert not (await alice.key()).is_confirmed
