"""Money that is priced late is worth what it was worth when it arrived."""

from tests.support.buyer import Buyer
from tests.support.invariants import check_ledger
from tests.support.world import COIN, PRICE, World


async def test_late_money_has_the_rate_of_its_own_time(alice: Buyer, world: World) -> None:
    """It arrives during an outage of our index; half a day later the coin is worth half, and it still counts whole."""
    view = await alice.top_up(100_000)
    world.clock.advance(hours=2)
    await alice.shop.work()
    world.chain.silent = True
    alice.send(view, COIN)
    for _ in range(12):
        world.clock.advance(hours=1)
        world.rates.kopecks_per_coin = PRICE // 2
        await alice.shop.work()
    world.chain.silent = False
    await alice.shop.work()
    assert await alice.balance() == PRICE
    await check_ledger(world)


async def test_after_an_outage_of_the_rates_the_first_one_counts(alice: Buyer, world: World) -> None:
    """No rate was recorded at its time: the first one afterwards is its rate, whenever it is settled."""
    view = await alice.top_up(100_000)
    world.rates.silent = True
    world.clock.advance(hours=2)
    await alice.shop.work()
    world.chain.silent = True
    alice.send(view, COIN)
    world.clock.advance(hours=3)
    world.rates.silent = False
    world.rates.kopecks_per_coin = PRICE * 2
    await alice.shop.work()
    world.clock.advance(hours=5)
    world.rates.kopecks_per_coin = PRICE * 9
    await alice.shop.work()
    world.chain.silent = False
    await alice.shop.work()
    assert await alice.balance() == PRICE * 2
    await check_ledger(world)


async def test_assigned_money_has_the_rate_of_its_own_time(alice: Buyer, world: World) -> None:
    """The owner assigns it a week later, when the coin is worth a tenth."""
    world.chain.deposit(COIN, "whose is it")
    await alice.shop.work()
    world.clock.advance(days=7)
    world.rates.kopecks_per_coin = PRICE // 10
    await alice.shop.work()
    (found,) = await alice.shop.list_unmatched()
    receipt = found.receipt
    await alice.shop.assign_receipt(receipt.source, receipt.external_id, alice.tg_id, "owner", "hers")
    assert await alice.balance() == PRICE
    await check_ledger(world)


async def test_a_surplus_is_credited_with_what_was_due(alice: Buyer, world: World) -> None:
    """Three coins for a plan of one: the plan is paid, two coins are on the balance, and one message says so."""
    view = await alice.start_purchase()
    alice.send(view, 3 * COIN)
    await alice.shop.work()
    assert await alice.balance() == 2 * PRICE
    (paid,) = alice.notices("order_paid")
    assert (paid.balance_kopecks, alice.notices("money_credited")) == (2 * PRICE, [])
    await check_ledger(world)
