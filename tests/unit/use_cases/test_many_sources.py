"""Several sources beside each other: none waits for another one, and what two of them say counts once."""

from dataclasses import replace

import pytest

from orbit_adapters.memory.chain import MemoryChain, MemorySources
from orbit_domain.order.order import OrderState
from orbit_domain.payment.source import SourceUnavailable
from tests.support.buyer import Buyer
from tests.support.invariants import check_ledger
from tests.support.shop import Shop
from tests.support.world import COIN, World


@pytest.fixture
def other(world: World) -> MemoryChain:
    """A second source of the shop, after the first one in its list."""
    return MemoryChain(world.clock, "ton:testnet:0:" + "D" * 64, page_limit=2)


@pytest.mark.parametrize("first", [True, False])
async def test_a_source_that_is_down_holds_up_no_other(
    alice: Buyer, world: World, other: MemoryChain, first: bool
) -> None:
    """The sale goes on by the source that answers, and the report names the one that doesn't."""
    sources = (other, world.chain) if first else (world.chain, other)
    shop = Shop(replace(world.ports(), sources=MemorySources(*sources)))
    view = await alice.start_purchase()
    alice.send(view)
    other.silent = True
    report = await shop.read_receipts()
    assert (report.recorded, report.complete, len(report.unavailable)) == (1, True, 1)
    assert report.unavailable[0].startswith(other.name)
    await shop.work()
    assert (await alice.order_of(view)).state is OrderState.DELIVERED
    await check_ledger(world)


async def test_when_every_source_is_down_the_job_is_told(alice: Buyer, world: World, other: MemoryChain) -> None:
    """Then nothing was read, and it is tried again later."""
    world.chain.silent = other.silent = True
    with pytest.raises(SourceUnavailable, match=other.name):
        await Shop(replace(world.ports(), sources=MemorySources(world.chain, other))).read_receipts()


async def test_more_is_read_while_any_source_has_more(alice: Buyer, world: World, other: MemoryChain) -> None:
    """Five records of a source that gives two at once are read beside one that stands still with an alarm."""
    shop = Shop(replace(world.ports(), sources=MemorySources(world.chain, other)))
    await shop.read_receipts()
    lost = world.chain.deposit(COIN, "lost")
    world.chain.deposit(COIN, "behind it")
    world.chain.lost = {lost.external_id}
    for _ in range(5):
        other.deposit(COIN, "waits")
    readings = 1
    while (await shop.read_receipts()).reads_on:
        readings += 1
    assert readings == 3
    assert len(await shop.list_unmatched()) == 5
