"""Money that comes after its time, by the chain's clock and never by ours."""

from datetime import timedelta

import pytest

from orbit_domain.notice.notice import MoneyCredited
from orbit_domain.order.order import OrderState
from orbit_domain.payment.payment import PaymentStatus
from tests.support.buyer import Buyer
from tests.support.clock import NOON
from tests.support.invariants import check_ledger
from tests.support.world import COIN, PRICE, World

GRACE_ENDS = 75


async def test_late_within_the_grace_keeps_its_rate(alice: Buyer, world: World) -> None:
    """An hour after the window the locked quote still holds, although the coin has lost half of its worth."""
    view = await alice.start_purchase()
    world.clock.advance(minutes=GRACE_ENDS)
    await alice.shop.work()
    assert (await alice.refreshed(view)).payment.status is PaymentStatus.EXPIRED
    world.rates.kopecks_per_coin = PRICE // 2
    alice.send(view)
    await alice.shop.work()
    assert (await alice.refreshed(view)).payment.status is PaymentStatus.CONFIRMED
    assert ((await alice.order_of(view)).state, await alice.balance()) == (OrderState.DELIVERED, 0)
    await check_ledger(world)


async def test_half_in_time_and_half_late_within_the_grace_buys(alice: Buyer, world: World) -> None:
    """The half that went to the balance at expiry and the half that came late pay the order together."""
    view = await alice.start_purchase()
    alice.send(view, COIN // 2)
    world.clock.advance(minutes=20)
    await alice.shop.work()
    assert await alice.balance() == PRICE // 2
    world.rates.kopecks_per_coin = 1
    alice.send(view, COIN // 2)
    await alice.shop.work()
    assert ((await alice.order_of(view)).state, await alice.balance()) == (OrderState.DELIVERED, 0)
    await check_ledger(world)


async def test_late_beyond_the_grace_is_quoted_again_and_may_suffice(alice: Buyer, world: World) -> None:
    """A coin that is worth twice as much by then pays the order, and the rest stays on the balance."""
    view = await alice.start_purchase()
    world.rates.kopecks_per_coin = PRICE * 2
    world.clock.advance(minutes=GRACE_ENDS, seconds=1)
    await alice.shop.work()
    alice.send(view)
    await alice.shop.work()
    assert ((await alice.order_of(view)).state, await alice.balance()) == (OrderState.DELIVERED, PRICE)
    await check_ledger(world)


async def test_late_beyond_the_grace_is_quoted_again_and_may_be_short(alice: Buyer, world: World) -> None:
    """A coin that is worth half leaves the order open with its half on the balance, and says what is missing."""
    view = await alice.start_purchase()
    world.rates.kopecks_per_coin = PRICE // 2
    world.clock.advance(minutes=GRACE_ENDS, seconds=1)
    await alice.shop.work()
    alice.send(view)
    await alice.shop.work()
    assert ((await alice.order_of(view)).state, await alice.balance()) == (OrderState.OPEN, PRICE // 2)
    (credited,) = alice.notices("money_credited")
    assert isinstance(credited, MoneyCredited)
    assert (credited.order_id, credited.missing_kopecks) == (view.payment.order_id, PRICE // 2)
    await check_ledger(world)


async def test_late_money_waits_for_a_rate_and_is_credited_with_it(alice: Buyer, world: World) -> None:
    """With no acceptable rate late money waits in the ledger, and the first run with a rate credits it."""
    view = await alice.start_purchase()
    world.rates.silent = True
    world.clock.advance(hours=2)
    await alice.shop.work()
    alice.send(view)
    await alice.shop.work(5)
    await check_ledger(world)
    assert (await alice.balance(), (await alice.order_of(view)).state) == (0, OrderState.OPEN)
    world.rates.silent = False
    world.clock.advance(minutes=10)
    await alice.shop.work()
    assert (await alice.balance(), (await alice.order_of(view)).state) == (0, OrderState.DELIVERED)
    await check_ledger(world)


async def test_a_late_transfer_without_a_rate_holds_up_no_other(alice: Buyer, bob: Buyer, world: World) -> None:
    """While one customer's late money waits for a rate, another's payment on time is settled."""
    late = await alice.start_purchase()
    world.clock.advance(hours=2)
    await alice.shop.work()
    view = await bob.start_purchase()
    world.rates.silent = True
    alice.send(late)
    bob.send(view)
    await bob.shop.work()
    assert (await bob.order_of(view)).state is OrderState.DELIVERED


@pytest.mark.parametrize("superseded", [False, True])
async def test_a_payment_on_time_doesn_t_wait_for_the_rate_of_a_late_one(
    alice: Buyer, world: World, superseded: bool
) -> None:
    """Both transfers of a customer are read after an outage: the first is credited at once, the late one waits."""
    view = await alice.start_purchase()
    if superseded:
        await alice.start_purchase("sub_3m")
    world.chain.silent = True
    alice.send(view)
    world.clock.advance(hours=2)
    alice.send(view)
    world.rates.silent = True
    world.chain.silent = False
    await alice.shop.work()
    assert ((await alice.order_of(view)).state, await alice.balance()) == (OrderState.DELIVERED, 0)
    world.rates.silent = False
    world.clock.advance(minutes=10)
    await alice.shop.work()
    assert await alice.balance() == PRICE
    await check_ledger(world)


async def test_transfers_without_a_rate_don_t_fill_the_queue(alice: Buyer, bob: Buyer, world: World) -> None:
    """However many late transfers wait for a rate, those behind them are reached and settled."""
    late = await alice.start_purchase()
    world.clock.advance(hours=2)
    await alice.shop.work()
    view = await bob.start_purchase()
    world.rates.silent = True
    for _ in range(alice.shop.settle_receipts.batch):
        alice.send(late, COIN // 100)
    bob.send(view)
    await bob.shop.work()
    assert (await bob.order_of(view)).state is OrderState.DELIVERED


async def test_on_time_but_seen_six_hours_later_is_on_time(alice: Buyer, world: World) -> None:
    """Only the chain's time decides: an outage of ours makes no payment late, and the request stays open meanwhile."""
    view = await alice.start_purchase()
    world.chain.silent = True
    alice.send(view)
    world.clock.advance(hours=6)
    world.rates.kopecks_per_coin = 1
    await alice.shop.work()
    assert (await alice.refreshed(view)).payment.status is PaymentStatus.PENDING
    world.chain.silent = False
    await alice.shop.work()
    assert ((await alice.order_of(view)).state, await alice.balance()) == (OrderState.DELIVERED, 0)
    assert (await alice.ends_at()) == NOON + timedelta(hours=6, days=30)
    await check_ledger(world)


async def test_nothing_expires_before_the_chain_was_read_past_its_deadline(alice: Buyer, world: World) -> None:
    """A request stays open at its very deadline and closes once the chain is known to hold nothing for it."""
    view = await alice.start_purchase()
    world.clock.advance(minutes=15)
    await alice.shop.work()
    assert (await alice.refreshed(view)).payment.is_open
    world.clock.advance(seconds=1)
    await alice.shop.work()
    assert (await alice.refreshed(view)).payment.status is PaymentStatus.EXPIRED


async def test_paid_after_cancelling_stays_on_the_balance(alice: Buyer, world: World) -> None:
    """Money that was on its way when the customer tapped "cancel" is kept as promised; one tap finishes the order."""
    view = await alice.start_purchase()
    await alice.cancel(view.payment.id)
    assert (await alice.refreshed(view)).payment.status is PaymentStatus.CANCELLED
    alice.send(view)
    await alice.shop.work()
    assert ((await alice.order_of(view)).state, await alice.balance()) == (OrderState.OPEN, PRICE)
    (credited,) = alice.notices("money_credited")
    assert isinstance(credited, MoneyCredited)
    assert (credited.order_id, credited.missing_kopecks) == (view.payment.order_id, 0)
    await alice.pay_from_balance(credited.order_id)
    await alice.shop.work()
    assert ((await alice.order_of(view)).state, await alice.balance()) == (OrderState.DELIVERED, 0)
    await check_ledger(world)


async def test_a_top_up_after_cancelling_doesn_t_buy_either(alice: Buyer, world: World) -> None:
    """The order whose payment was cancelled isn't paid by other money; a new choice is."""
    view = await alice.start_purchase()
    await alice.cancel(view.payment.id)
    await alice.add_balance(20_000)
    assert ((await alice.order_of(view)).state, await alice.balance()) == (OrderState.OPEN, 20_000)
    again = await alice.choose()
    await alice.add_balance(20_000)
    assert ((await alice.order(again.order.id)).state, await alice.balance()) == (OrderState.PAID, 40_000 - PRICE)
    await check_ledger(world)


async def test_paid_after_another_request_was_opened_still_buys(alice: Buyer, world: World) -> None:
    """Opening a second request closes the first for display only: both comments are good."""
    first = await alice.start_purchase()
    second = await alice.start_purchase("sub_3m")
    assert (await alice.refreshed(first)).payment.status is PaymentStatus.CANCELLED
    alice.send(first)
    alice.send(second, second.payment.quote.due.units)
    await alice.shop.work()
    assert (await alice.order_of(first)).state is OrderState.DELIVERED
    assert (await alice.order_of(second)).state is OrderState.DELIVERED
    assert await alice.balance() == 0
    assert (await alice.ends_at()) == NOON + timedelta(days=120)
    await check_ledger(world)


async def test_a_forgotten_order_is_cancelled_after_three_days_and_its_money_is_kept(
    alice: Buyer, world: World
) -> None:
    """After 72 hours an unpaid order is cancelled; what comes for it later goes to the balance."""
    view = await alice.start_purchase()
    world.clock.advance(hours=72)
    await alice.shop.work()
    assert (await alice.order_of(view)).is_open
    world.clock.advance(seconds=1)
    await alice.shop.work()
    assert (await alice.order_of(view)).state is OrderState.CANCELLED
    alice.send(view)
    await alice.shop.work()
    assert ((await alice.order_of(view)).state, await alice.balance()) == (OrderState.CANCELLED, PRICE)
    await check_ledger(world)


async def test_a_forgotten_order_that_is_being_paid_is_not_cancelled(alice: Buyer, world: World) -> None:
    """A customer who comes back after three days and asks how to pay keeps the order."""
    checkout = await alice.choose()
    world.clock.advance(hours=71, minutes=55)
    await alice.shop.work()
    view = await alice.request_payment(checkout.order.id)
    world.clock.advance(minutes=10)
    await alice.shop.work()
    alice.send(view)
    await alice.shop.work()
    assert (await alice.order_of(view)).state is OrderState.DELIVERED
    assert view.payment.quote.due.units == COIN
