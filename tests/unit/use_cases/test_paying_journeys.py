"""Ways in which people really pay: exactly, in parts, twice, too much, late."""

import pytest

from orbit_domain.notice.notice import MoneyCredited, PaymentShort
from orbit_domain.order.order import OrderState
from orbit_domain.payment.payment import PaymentStatus
from tests.support.buyer import Buyer
from tests.support.invariants import check_ledger
from tests.support.world import COIN, PRICE, World

HALF = COIN // 2


async def test_exact_payment_buys_and_leaves_nothing(alice: Buyer, world: World) -> None:
    """Exactly what was due pays the order, and the balance is empty afterwards."""
    order = await alice.buy()
    assert (order.state, await alice.balance()) == (OrderState.DELIVERED, 0)
    await check_ledger(world)


async def test_half_then_the_rest_buys(alice: Buyer, world: World) -> None:
    """After a half the same comment requests the other half, and that completes the order."""
    view = await alice.start_purchase()
    alice.send(view, HALF)
    await alice.shop.work()
    seen = await alice.refreshed(view)
    assert (seen.payment.status, seen.received.units, seen.missing.units) == (PaymentStatus.PENDING, HALF, HALF)
    (short,) = alice.notices("payment_short")
    assert isinstance(short, PaymentShort)
    assert (short.received_units, short.missing_units, short.comment) == (HALF, HALF, view.payment.comment)
    assert (await alice.order_of(view)).is_open
    await check_ledger(world)

    alice.send(view, HALF)
    await alice.shop.work()
    assert ((await alice.order_of(view)).state, await alice.balance()) == (OrderState.DELIVERED, 0)
    await check_ledger(world)


async def test_half_then_expiry_goes_to_the_balance(alice: Buyer, world: World) -> None:
    """When the window closes on a half, the half is on the balance and the order says what it still lacks."""
    view = await alice.start_purchase()
    alice.send(view, HALF)
    await alice.shop.work()
    assert await alice.balance() == 0
    world.clock.advance(minutes=16)
    await alice.shop.work()
    assert (await alice.refreshed(view)).payment.status is PaymentStatus.EXPIRED
    assert await alice.balance() == PRICE // 2
    (credited,) = alice.notices("money_credited")
    assert isinstance(credited, MoneyCredited)
    assert (credited.credited_kopecks, credited.missing_kopecks) == (PRICE // 2, PRICE // 2)
    again = await alice.request_payment((await alice.order_of(view)).id)
    assert (again.payment.amount.units, again.payment.quote.due.units) == (PRICE // 2, HALF)
    alice.send(again, HALF)
    await alice.shop.work()
    assert ((await alice.order_of(view)).state, await alice.balance()) == (OrderState.DELIVERED, 0)
    await check_ledger(world)


async def test_half_then_cancel_goes_to_the_balance(alice: Buyer, world: World) -> None:
    """Cancelling a request that was half paid doesn't lose the half."""
    view = await alice.start_purchase()
    alice.send(view, HALF)
    await alice.shop.work()
    await alice.cancel(view.payment.id)
    world.clock.advance(minutes=16)
    await alice.shop.work()
    await check_ledger(world)
    assert await alice.balance() == PRICE // 2


async def test_half_then_another_request_goes_to_the_balance(alice: Buyer, world: World) -> None:
    """Another request instead of the missing half doesn't lose the half."""
    view = await alice.start_purchase()
    alice.send(view, HALF)
    await alice.shop.work()
    await alice.start_purchase("sub_3m")
    world.clock.advance(minutes=16)
    await alice.shop.work()
    await check_ledger(world)
    assert await alice.balance() == PRICE // 2


async def test_half_then_asking_again_at_the_deadline_asks_for_the_other_half(alice: Buyer, world: World) -> None:
    """A fresh request in the moment the window closes, before the chain was read that far, counts the half."""
    view = await alice.start_purchase()
    alice.send(view, HALF)
    world.clock.advance(minutes=14)
    await alice.shop.work()
    world.clock.advance(minutes=1)
    again = await alice.request_payment((await alice.order_of(view)).id)
    assert await alice.balance() == PRICE // 2
    assert (again.payment.amount.units, again.payment.quote.due.units) == (PRICE // 2, HALF)
    alice.send(again, HALF)
    await alice.shop.work()
    assert ((await alice.order_of(view)).state, await alice.balance()) == (OrderState.DELIVERED, 0)
    await check_ledger(world)


async def test_double_sum_buys_and_the_surplus_is_on_the_balance(alice: Buyer, world: World) -> None:
    """Twice the amount in one transfer pays the order, and the other half of it is the customer's."""
    view = await alice.start_purchase()
    alice.send(view, 2 * COIN)
    await alice.shop.work()
    assert ((await alice.order_of(view)).state, await alice.balance()) == (OrderState.DELIVERED, PRICE)
    await check_ledger(world)


@pytest.mark.parametrize("read_between", [True, False])
async def test_paid_twice_buys_once_and_credits_once(alice: Buyer, world: World, read_between: bool) -> None:
    """A second transfer with the same comment goes to the balance, whether both are read together or not."""
    view = await alice.start_purchase()
    alice.send(view)
    if read_between:
        await alice.shop.work()
    alice.send(view)
    await alice.shop.work()
    assert ((await alice.order_of(view)).state, await alice.balance()) == (OrderState.DELIVERED, PRICE)
    assert (await alice.key()).home.desired_revision == 1
    await check_ledger(world)


@pytest.mark.parametrize(
    ("units", "state", "balance"),
    [
        (1, OrderState.OPEN, 0),
        (COIN * 995 // 1000 - 1, OrderState.OPEN, PRICE * (COIN * 995 // 1000 - 1) // COIN),
        (COIN * 995 // 1000, OrderState.DELIVERED, 0),
        (COIN - 1, OrderState.DELIVERED, 0),
        (COIN + 1, OrderState.DELIVERED, 0),
        (COIN + COIN // 10, OrderState.DELIVERED, PRICE // 10),
    ],
)
async def test_a_wrong_sum_counts_for_what_it_is(
    alice: Buyer, world: World, units: int, state: OrderState, balance: int
) -> None:
    """Half a percent may be missing and no more; less waits and then goes to the balance, more stays on it."""
    view = await alice.start_purchase()
    alice.send(view, units)
    await alice.shop.work()
    world.clock.advance(minutes=16)
    await alice.shop.work()
    assert ((await alice.order_of(view)).state, await alice.balance()) == (state, balance)
    await check_ledger(world)


async def test_money_for_an_order_paid_already_goes_to_the_balance(alice: Buyer, world: World) -> None:
    """Months after the order was delivered its comment still names its owner."""
    view = await alice.start_purchase()
    alice.send(view)
    await alice.shop.work()
    end = await alice.ends_at()
    world.clock.advance(minutes=30)
    alice.send(view)
    await alice.shop.work()
    assert (await alice.balance(), await alice.ends_at()) == (PRICE, end)
    await check_ledger(world)


async def test_two_methods_of_the_same_order_pay_it_once(alice: Buyer, world: World) -> None:
    """An order that was meanwhile paid from the balance keeps the transfer that was on its way as balance."""
    await alice.add_balance(20_000)
    checkout = await alice.choose("sub_3m")
    view = await alice.request_payment(checkout.order.id)
    await alice.add_balance(20_000)
    await alice.shop.pay_from_balance(alice.tg_id, checkout.order.id)
    alice.send(view, view.payment.quote.due.units)
    await alice.shop.work()
    assert (await alice.order_of(view)).state is OrderState.DELIVERED
    assert await alice.balance() == 40_000 - 34_900 + (34_900 - 20_000)
    await check_ledger(world)
