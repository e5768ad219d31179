"""The owner changes the wallet: what was promised and what waits is untouched."""

from dataclasses import replace

from orbit_adapters.memory.chain import MemoryChain, MemorySources
from orbit_domain.order.order import OrderState
from orbit_domain.payment.payment import PaymentStatus
from tests.support.buyer import Buyer
from tests.support.shop import Shop
from tests.support.world import COIN, PRICE, World


def moved(world: World) -> Shop:
    """The shop after its owner has put another wallet into the settings."""
    wallet = MemoryChain(world.clock, "ton:testnet:0:" + "C" * 64)
    return Shop(replace(world.ports(), sources=MemorySources(wallet, older=[world.chain])))


async def test_money_on_its_way_to_the_old_wallet_buys(alice: Buyer, world: World) -> None:
    """A payment that was requested before is paid to the old wallet afterwards: the key is delivered."""
    view = await alice.start_purchase()
    shop = moved(world)
    await shop.work()
    alice.send(view)
    await shop.work()
    assert (await alice.order_of(view)).state is OrderState.DELIVERED


async def test_money_that_waits_for_a_rate_is_credited_by_the_new_wallet_s_shop(alice: Buyer, world: World) -> None:
    """A late deposit is booked, waits for a rate, and is credited after the wallet was changed."""
    view = await alice.top_up(20_000)
    world.rates.silent = True
    world.clock.advance(hours=2)
    await alice.shop.work()
    alice.send(view, COIN)
    await alice.shop.work()
    assert await alice.balance() == 0
    shop = moved(world)
    world.rates.silent = False
    world.clock.advance(hours=1)
    await shop.work()
    assert await alice.balance() == PRICE


async def test_a_payment_expires_by_the_wallet_that_it_was_requested_for(alice: Buyer, world: World) -> None:
    """The new wallet is read past the deadline and the old one isn't: the payment stays open until the old one is."""
    view = await alice.start_purchase()
    shop = moved(world)
    world.chain.silent = True
    world.clock.advance(minutes=20)
    await shop.work()
    assert (await alice.refreshed(view)).payment.is_open
    world.chain.silent = False
    await shop.work()
    assert (await alice.refreshed(view)).payment.status is PaymentStatus.EXPIRED
