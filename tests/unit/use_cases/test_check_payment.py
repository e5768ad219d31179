"""'I have paid': many taps are few scans, and each tap is served by a scan that began after it."""

import asyncio
from dataclasses import replace

from orbit_adapters.memory.chain import MemorySources
from orbit_domain.order.order import OrderState
from orbit_domain.payment.source import Batch, Cursor
from tests.support.buyer import Buyer
from tests.support.shop import Shop
from tests.support.world import World


class CountedChain:
    """The chain of a world, with the number of readings."""

    def __init__(self, world: World) -> None:
        self.name, self.method, self.dust_units = world.chain.name, world.chain.method, world.chain.dust_units
        self.readings = 0
        self._chain = world.chain

    async def newest(self) -> Cursor:
        return await self._chain.newest()

    async def read(self, cursor: Cursor) -> Batch:
        self.readings += 1
        await asyncio.sleep(0)
        return await self._chain.read(cursor)


async def test_taps_at_once_share_a_scan(alice: Buyer, world: World) -> None:
    """Twenty taps read the chain twice at most, and the payment is found."""
    view = await alice.start_purchase()
    alice.send(view)
    chain = CountedChain(world)
    check_payment = Shop(replace(world.ports(), sources=MemorySources(chain))).check_payment
    await asyncio.gather(*(check_payment(alice.tg_id, view.payment.id) for _ in range(20)))
    assert (await alice.order_of(view)).state is OrderState.PAID
    assert 1 <= chain.readings <= 2


async def test_a_tap_after_a_scan_scans_again(alice: Buyer, world: World) -> None:
    """A transfer that arrives after the first tap is found by the second one."""
    view = await alice.start_purchase()
    await alice.check_payment(view)
    alice.send(view)
    await alice.check_payment(view)
    assert (await alice.order_of(view)).state is OrderState.PAID
