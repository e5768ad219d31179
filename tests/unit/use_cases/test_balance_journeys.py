"""Money on the balance: how it comes, what it buys, and what is refused."""

import pytest

from orbit_domain.errors import Refusal
from orbit_domain.ledger.ledger import InsufficientBalance
from orbit_domain.money import rub
from orbit_domain.notice.notice import MoneyCredited
from orbit_domain.order.order import OrderClosed, OrderState
from orbit_domain.payment.payment import TON_METHOD, AmountOutOfRange, Method
from orbit_domain.payment.ports import MethodUnavailable
from orbit_domain.plan.plan import NoSuchPlan
from orbit_domain.use_cases.request_payment import OrderAlreadyCovered
from tests.support.buyer import ALICE, Buyer
from tests.support.invariants import check_ledger
from tests.support.world import PRICE, World


async def test_a_top_up_without_an_order_is_on_the_balance(alice: Buyer, world: World) -> None:
    """The customer is credited what was quoted, is notified, and sees the line in the statement."""
    await alice.add_balance(20_000)
    await alice.shop.work()
    statement = await alice.shop.show_statement(ALICE)
    assert (statement.user.balance, [one.units for one in statement.statement_lines]) == (rub(20_000), [20_000])
    (line,) = statement.statement_lines
    assert alice.notices("money_credited") == [MoneyCredited(20_000, 20_000, None, 0, receipt_ref=line.ref)]
    await check_ledger(world)


async def test_a_top_up_that_covers_an_open_order_buys_it(alice: Buyer, world: World) -> None:
    """The order kept the choice; the money that covers it pays it in the same transaction, without another tap."""
    order = (await alice.choose()).order
    await alice.add_balance(20_000)
    await alice.shop.work()
    assert ((await alice.order(order.id)).state, await alice.balance()) == (OrderState.DELIVERED, 20_000 - PRICE)
    assert alice.notices("money_credited") == []
    await check_ledger(world)


async def test_assigned_money_pays_what_the_customer_chose_last(alice: Buyer, world: World) -> None:
    """Money that came without its comment buys the plan as soon as the owner has assigned it."""
    view = await alice.start_purchase()
    alice.send(view, comment="forgot it")
    await alice.shop.work()
    (found,) = await alice.shop.list_unmatched()
    await alice.shop.assign_receipt(found.receipt.source, found.receipt.external_id, ALICE, "owner", "hers")
    await alice.shop.work()
    assert ((await alice.order_of(view)).state, await alice.balance()) == (OrderState.DELIVERED, 0)
    await check_ledger(world)


async def test_an_order_that_the_balance_covers_asks_for_nothing(alice: Buyer, world: World) -> None:
    """After a cancelled payment the order stays open though the balance covers it: one tap pays, without a payment."""
    view = await alice.start_purchase()
    await alice.cancel(view.payment.id)
    await alice.add_balance(20_000)
    order = await alice.order_of(view)
    checkout = await alice.shop.show_checkout(ALICE, order.id)
    assert (checkout.missing.units, checkout.offers) == (0, ())
    with pytest.raises(OrderAlreadyCovered):
        await alice.request_payment(order.id)
    paid = await alice.shop.pay_from_balance(ALICE, order.id)
    await alice.shop.work()
    assert (paid.state, (await alice.order(order.id)).state) == (OrderState.PAID, OrderState.DELIVERED)
    assert await alice.balance() == 20_000 - PRICE
    await check_ledger(world)


async def test_an_order_asks_for_exactly_what_the_balance_lacks(alice: Buyer, world: World) -> None:
    """With 200 ₽ on the balance a plan for 349 ₽ asks for 149 ₽, and that completes it."""
    await alice.add_balance(20_000)
    checkout = await alice.choose("sub_3m")
    assert checkout.missing == rub(14_900)
    view = await alice.request_payment(checkout.order.id)
    assert view.payment.amount == rub(14_900)
    alice.send(view, view.payment.quote.due.units)
    await alice.shop.work()
    assert ((await alice.order_of(view)).state, await alice.balance()) == (OrderState.DELIVERED, 0)
    await check_ledger(world)


async def test_a_balance_that_is_too_small_pays_nothing(alice: Buyer, world: World) -> None:
    """The refusal says what there is and what it costs, and nothing has moved."""
    await alice.add_balance(20_000)
    order = (await alice.choose("sub_12m")).order
    with pytest.raises(InsufficientBalance) as refused:
        await alice.shop.pay_from_balance(ALICE, order.id)
    assert (refused.value.balance, refused.value.price) == (rub(20_000), rub(92_900))
    assert ((await alice.order(order.id)).is_open, await alice.ends_at()) == (True, None)
    await check_ledger(world)


@pytest.mark.parametrize("kopecks", [0, 1, 19_999, 10_000_001, 10**30])
async def test_a_top_up_out_of_range_is_refused(alice: Buyer, kopecks: int) -> None:
    """Less than 200 ₽ or more than 100 000 ₽ isn't requested; the refusal names both ends."""
    with pytest.raises(AmountOutOfRange) as refused:
        await alice.shop.top_up(ALICE, rub(kopecks), TON_METHOD)
    assert (refused.value.minimum, refused.value.maximum) == (rub(20_000), rub(10_000_000))


@pytest.mark.parametrize("kopecks", [20_000, 20_001, 10_000_000])
async def test_a_top_up_at_the_edges_of_the_range_works(alice: Buyer, world: World, kopecks: int) -> None:
    """Both ends of the range and odd kopecks are credited to the kopeck."""
    await alice.add_balance(kopecks)
    assert await alice.balance() == kopecks
    await check_ledger(world)


async def test_rounding_up_the_coins_never_credits_less_than_promised(alice: Buyer, world: World) -> None:
    """At an uneven rate the amount in coins is rounded up, and exactly the quoted roubles are credited."""
    world.rates.kopecks_per_coin = 25_130
    view = await alice.top_up(20_000)
    assert view.payment.quote.due.units % 1_000_000 == 0
    alice.send(view, view.payment.quote.due.units)
    await alice.shop.scan_and_settle()
    assert await alice.balance() == 20_000


@pytest.mark.parametrize("code", ["", "sub_99m", "trial", "SUB_1M", "'; --", "x" * 200])
async def test_a_plan_that_isn_t_sold_is_refused(alice: Buyer, code: str) -> None:
    """Unknown plans and the trial, which has its own button, can't be ordered."""
    with pytest.raises(NoSuchPlan):
        await alice.choose(code)
    assert await alice.ends_at() is None


@pytest.mark.parametrize("method", ["", "balance", "stars", "TON"])
async def test_a_method_that_the_shop_hasn_t_got_is_refused(alice: Buyer, method: str) -> None:
    """A crafted button can't request a payment method that isn't switched on."""
    order = (await alice.choose()).order
    with pytest.raises(MethodUnavailable):
        await alice.shop.request_payment(ALICE, order.id, Method(method))
    assert (await alice.order(order.id)).is_open


async def test_a_closed_order_requests_no_payment(alice: Buyer, world: World) -> None:
    """Neither a delivered nor a cancelled order can be paid again."""
    delivered = await alice.buy()
    with pytest.raises(OrderClosed):
        await alice.request_payment(delivered.id)
    forgotten = (await alice.choose()).order
    world.clock.advance(hours=73)
    await alice.shop.work()
    await alice.add_balance(20_000)
    for tap in (alice.request_payment(forgotten.id), alice.shop.pay_from_balance(ALICE, forgotten.id)):
        with pytest.raises(OrderClosed):
            await tap
    assert await alice.balance() == 20_000


async def test_a_price_doesn_t_change_under_an_order(alice: Buyer, world: World) -> None:
    """The coin's rate may move while the customer pays: the quote that was shown is what counts."""
    view = await alice.start_purchase()
    world.rates.kopecks_per_coin = 1
    again = await alice.request_payment((await alice.order_of(view)).id)
    assert (again.payment.id, again.payment.quote.due) == (view.payment.id, view.payment.quote.due)
    alice.send(view)
    await alice.shop.work()
    assert (await alice.order_of(view)).state is OrderState.DELIVERED


async def test_without_a_rate_the_method_isn_t_offered(alice: Buyer, world: World) -> None:
    """No acceptable rate: the checkout offers nothing, a request is refused by name, and nothing is recorded."""
    world.rates.silent = True
    checkout = await alice.choose()
    assert checkout.offers == ()
    with pytest.raises(MethodUnavailable) as refused:
        await alice.request_payment(checkout.order.id)
    assert isinstance(refused.value, Refusal)
    world.rates.silent = False
    assert len((await alice.shop.show_checkout(ALICE, checkout.order.id)).offers) == 1
