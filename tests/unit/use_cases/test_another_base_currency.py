"""In a shop in dollars money that is priced late, or given by hand, is worth dollars."""

import pytest

from orbit_domain.money import RUB, USD, Money
from orbit_domain.order.order import OrderState
from orbit_domain.payment.ports import RateUnavailable
from tests.support.buyer import ALICE, Buyer
from tests.support.invariants import check_ledger
from tests.support.world import COIN, World

CENTS_PER_COIN = 250


@pytest.fixture
def world() -> World:
    """A world where prices are in dollars, and a coin costs 2.50."""
    world = World(base=USD)
    world.rates.kopecks_per_coin = CENTS_PER_COIN
    return world


async def test_late_money_has_the_recorded_rate_in_dollars(alice: Buyer, world: World) -> None:
    """What was recorded when it arrived counts, though a coin costs a tenth when the source can be read again."""
    view = await alice.top_up(10_000)
    world.clock.advance(hours=2)
    await alice.shop.work()
    world.chain.silent = True
    alice.send(view, COIN)
    world.clock.advance(hours=1)
    world.rates.kopecks_per_coin = CENTS_PER_COIN // 10
    await alice.shop.work()
    world.chain.silent = False
    await alice.shop.work()
    assert (await alice.shop.show_statement(ALICE)).user.balance == Money(CENTS_PER_COIN, USD)
    await check_ledger(world)


async def test_late_money_without_a_recorded_rate_has_the_present_one(alice: Buyer, world: World) -> None:
    """No rate in dollars was recorded near its time: the one of today buys the month, and the rest is kept."""
    view = await alice.start_purchase()
    world.rates.silent = True
    world.clock.advance(hours=2)
    await alice.shop.work()
    alice.send(view, COIN)
    world.clock.advance(days=2)
    await alice.shop.work()
    world.rates.silent = False
    world.clock.advance(hours=1)
    await alice.shop.scan_and_settle()
    assert (await alice.order_of(view)).state is OrderState.PAID
    assert (await alice.shop.show_statement(ALICE)).user.balance == Money(CENTS_PER_COIN - 199, USD)
    await check_ledger(world)


async def test_dollars_that_nobody_claimed_are_given_as_they_are(alice: Buyer, world: World) -> None:
    """Money in the shop's own currency needs no rate; roubles aren't that currency, and have none."""
    for asset in (USD, RUB):
        world.chain.deposit(300, "whose is it", asset=asset)
    await alice.shop.work()
    world.rates.silent = True
    unmatched = {found.receipt.amount.currency: found.receipt for found in await alice.shop.list_unmatched()}
    dollars, roubles = unmatched[USD], unmatched[RUB]
    given = await alice.shop.assign_receipt(dollars.source, dollars.external_id, ALICE, "owner", "hers")
    assert given == (await alice.shop.show_statement(ALICE)).user.balance == Money(300, USD)
    with pytest.raises(RateUnavailable):
        await alice.shop.assign_receipt(roubles.source, roubles.external_id, ALICE, "owner", "hers")
    assert (await alice.shop.audit_ledger()).findings == ()
