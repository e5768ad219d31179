"""A refund gives the price back once and takes exactly the order's own time back."""

from datetime import timedelta
from uuid import UUID

import pytest

from orbit_domain.ids import OrderId
from orbit_domain.notice.notice import InvoiceChanged, OrderRefunded
from orbit_domain.order.order import NoSuchOrder, OrderNotRefundable, OrderState, RefundProblem
from orbit_domain.subscription.subscription import fold
from tests.support.buyer import ALICE, Buyer
from tests.support.invariants import check_ledger
from tests.support.world import PRICE, World
from tests.unit.use_cases.test_plan_change import MAX, days_left, pay_for

DAY = timedelta(days=1)
WHY = "the customer asked"


async def refund(alice: Buyer, order_id: OrderId) -> None:
    """What the owner does at the terminal, and what the worker does then."""
    await alice.shop.refund_order(order_id, "cli:owner", WHY)
    await alice.shop.work()


async def buy_more(alice: Buyer, world: World, times: int = 1) -> list[OrderId]:
    """Months paid one after the other from the balance; their orders."""
    ids = []
    for _ in range(times):
        checkout = await alice.choose()
        if not checkout.missing.is_zero:
            await alice.add_balance(max(checkout.missing.units, 20_000))
        ids.append((await alice.pay_from_balance(checkout.order.id)).id)
        await alice.shop.work()
    await check_ledger(world)
    return ids


async def wait(alice: Buyer, world: World, days: int) -> None:
    """Let time pass, with a chain that is read on."""
    world.clock.advance(days=days)
    await alice.shop.scan_and_settle()


def works(world: World) -> bool:
    """Whether the customer's account is to work."""
    wanted = world.panel.accounts["orbit_42"].wanted
    assert wanted is not None
    return wanted.enabled


async def test_a_refund_is_no_end_to_be_reminded_of(alice: Buyer, world: World) -> None:
    """Who was refunded hears of the refund alone: no day of grace is promised for a key that works no more."""
    order = await alice.buy()
    await wait(alice, world, 2)
    await refund(alice, order.id)
    for _ in range(5):
        await wait(alice, world, 1)
        await alice.shop.work()
    assert len(alice.notices("order_refunded")) == 1
    assert alice.notices("period_ending") == []


async def test_after_the_refund_of_one_month_the_other_one_s_end_is_told(alice: Buyer, world: World) -> None:
    """Time that was paid for and not refunded ends with its reminders, as ever."""
    first, _ = await buy_more(alice, world, 2)
    await refund(alice, first)
    world.clock.advance(days=30.5)
    await alice.shop.scan_and_settle()
    await alice.shop.work()
    assert [notice.reminder for notice in alice.notices("period_ending")] == ["at_end"]


async def test_a_delivered_order_is_refunded_whole(alice: Buyer, world: World) -> None:
    """The price is on the balance, the time is gone, the key works no more, and the customer is told once."""
    order = await alice.buy()
    await wait(alice, world, 2)
    await refund(alice, order.id)
    assert (await alice.order(order.id)).state is OrderState.REFUNDED
    assert (await alice.balance(), await days_left(alice, world)) == (PRICE, -2 * DAY)
    assert not works(world)
    (notice,) = alice.notices("order_refunded")
    ended = world.clock.now() - 2 * DAY
    assert notice == OrderRefunded(order.id, "sub_1m", dict(order.terms.titles), PRICE, PRICE, ended, is_over=True)
    async with world.storage.transaction() as tx:
        (action,) = await tx.admin_log.of_subject(f"user:{ALICE}", 10)
        grants = await tx.grants.of_user(ALICE)
    assert await alice.ends_at() == fold(ALICE, grants)
    assert (action.action, action.actor, action.reason) == ("refund_order", "cli:owner", WHY)
    await check_ledger(world)


async def test_a_second_refund_is_refused(alice: Buyer, world: World) -> None:
    """Money goes back once, however often the command is given."""
    order = await alice.buy()
    await refund(alice, order.id)
    with pytest.raises(OrderNotRefundable) as refusal:
        await refund(alice, order.id)
    assert refusal.value.reason is RefundProblem.REFUNDED
    assert (await alice.balance(), len(alice.notices("order_refunded"))) == (PRICE, 1)
    await check_ledger(world)


async def test_what_is_bought_after_a_refund_works(alice: Buyer, world: World) -> None:
    """The money that came back buys again: the same key under the same link, for a whole month from now."""
    order = await alice.buy()
    link = (await alice.key()).subscription_url
    await refund(alice, order.id)
    await buy_more(alice, world)
    assert ((await alice.key()).subscription_url, await alice.balance()) == (link, 0)
    assert works(world)
    assert await days_left(alice, world) == 30 * DAY


async def test_an_order_that_waits_for_its_key_is_refunded(alice: Buyer, world: World) -> None:
    """While the panel is down nothing is delivered; after the refund no key is announced, and none works."""
    world.panel.unavailable = True
    order = await alice.buy()
    assert order.state is OrderState.PAID
    await refund(alice, order.id)
    world.panel.unavailable = False
    world.clock.advance(minutes=20)
    await alice.shop.work()
    assert (await alice.order(order.id)).state is OrderState.REFUNDED
    assert (alice.notices("key_ready"), await alice.balance()) == ([], PRICE)
    assert not works(world)
    await check_ledger(world)


@pytest.mark.parametrize(("refunded", "elapsed"), [(0, 0), (0, 10), (0, 29), (1, 0), (1, 40), (2, 10), (2, 40)])
async def test_other_orders_keep_their_time(alice: Buyer, world: World, refunded: int, elapsed: int) -> None:
    """Of three months in a row any one is refunded, and the customer has just what is left of the two others."""
    ids = await buy_more(alice, world, 3)
    await wait(alice, world, elapsed)
    left = [max(0, min(30, 30 * (number + 1) - elapsed)) for number in range(3)]
    others = sum(days for number, days in enumerate(left) if number != refunded)
    await refund(alice, ids[refunded])
    assert await days_left(alice, world) == others * DAY
    assert works(world)
    (notice,) = alice.notices("order_refunded")
    assert isinstance(notice, OrderRefunded)
    assert not notice.is_over
    await check_ledger(world)


async def test_a_month_that_is_over_takes_no_later_time(alice: Buyer, world: World) -> None:
    """After a gap the time belongs to the later order alone."""
    first = await alice.buy()
    await wait(alice, world, 45)
    await buy_more(alice, world)
    await refund(alice, first.id)
    assert await days_left(alice, world) == 30 * DAY


async def test_two_of_three_may_be_refunded(alice: Buyer, world: World) -> None:
    """In any order, with time passing: what stays is the third one's."""
    first, second, _ = await buy_more(alice, world, 3)
    await wait(alice, world, 5)
    await refund(alice, second)
    assert await days_left(alice, world) == 55 * DAY
    await wait(alice, world, 5)
    await refund(alice, first)
    assert await days_left(alice, world) == 30 * DAY
    assert await alice.balance() >= 2 * PRICE
    await check_ledger(world)


async def test_time_that_stays_keeps_its_worth(alice: Buyer, world: World) -> None:
    """After a refund a change of plan converts the time that is left at the price of the order that gave it."""
    async with world.storage.transaction() as tx:
        await tx.plans.add_if_absent(MAX)
    first, _ = await buy_more(alice, world, 2)
    await refund(alice, first)
    await pay_for(alice, world, "max")
    expected = 30 * DAY.total_seconds() * PRICE // MAX.price.units + 30 * DAY.total_seconds()
    assert await days_left(alice, world) == timedelta(seconds=expected)


async def test_converted_time_is_not_taken_back(alice: Buyer, world: World) -> None:
    """Neither the order that changed the plan nor the one before it: the owner is told why, and nothing changes."""
    async with world.storage.transaction() as tx:
        await tx.plans.add_if_absent(MAX)
    first = await alice.buy()
    await pay_for(alice, world, "max")
    async with world.storage.transaction() as tx:
        newest, *_ = await tx.orders.newest(ALICE, 1)
    before = (await alice.balance(), await alice.ends_at())
    for order_id in (first.id, newest.id):
        with pytest.raises(OrderNotRefundable) as refusal:
            await refund(alice, order_id)
        assert refusal.value.reason is RefundProblem.PLAN_CHANGED
    assert (await alice.balance(), await alice.ends_at()) == before
    await check_ledger(world)


async def test_what_was_not_paid_is_not_refunded(alice: Buyer, world: World) -> None:
    """An open order, a trial and an order that isn't there: each is refused with its reason."""
    opened = (await alice.choose()).order
    trial = await alice.shop.start_trial(ALICE)
    for order_id, reason in ((opened.id, RefundProblem.NOT_PAID), (trial.id, RefundProblem.FREE)):
        with pytest.raises(OrderNotRefundable) as refusal:
            await refund(alice, order_id)
        assert refusal.value.reason is reason
    with pytest.raises(NoSuchOrder):
        await refund(alice, OrderId(UUID(int=2**128 - 1)))
    assert await alice.balance() == 0
    await check_ledger(world)


async def test_the_invoice_of_a_refunded_order_is_corrected(alice: Buyer, world: World) -> None:
    """The living message says what has become of its order."""
    view = await alice.start_purchase()
    await alice.shop.record_invoice_message(view, ALICE, 17)
    alice.send(view, view.payment.quote.due.units)
    await alice.shop.work()
    await refund(alice, (await alice.order_of(view)).id)
    assert InvoiceChanged(view.payment.id, "refunded") in alice.notices("invoice_changed")
    await check_ledger(world)
