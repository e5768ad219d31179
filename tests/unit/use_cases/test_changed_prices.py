"""The owner changes a price, or hides a plan, while customers are in the middle of buying: each pays what they saw."""

import pytest

from orbit_domain.ids import OrderId
from orbit_domain.money import Money, rub
from orbit_domain.notice.renewal_notices import NotRenewed
from orbit_domain.order.order import Order, OrderState, renewal_nonce
from orbit_domain.payment.payment import TON_METHOD
from orbit_domain.plan.plan import REFERENCE_PLAN, NoSuchPlan
from orbit_domain.plan.plan_edit import PlanEdit
from orbit_domain.use_cases.renew_from_balance import RenewalOutdated
from tests.support.buyer import Buyer
from tests.support.invariants import check_ledger
from tests.support.world import COIN, PRICE, World

DEARER, CHEAPER = rub(19_900), rub(9_900)


async def sell(buyer: Buyer, price: Money | None = None, *, active: bool | None = None) -> None:
    """The owner sells the month otherwise."""
    await buyer.shop.change_plan(REFERENCE_PLAN, PlanEdit(price=price, active=active), "cli:owner")


CHANGES = [PlanEdit(price=DEARER), PlanEdit(price=CHEAPER), PlanEdit(active=False)]


@pytest.mark.parametrize("edit", CHANGES)
async def test_an_open_order_is_sold_as_it_was_shown(alice: Buyer, bob: Buyer, world: World, edit: PlanEdit) -> None:
    """Alice has an invoice, Bob a checkout and enough on the balance: both get their month at the price they saw."""
    view = await alice.start_purchase()
    await bob.add_balance(20_000)
    order = (await bob.choose()).order
    await alice.shop.change_plan(REFERENCE_PLAN, edit, "cli:owner")
    shown = await bob.shop.show_checkout(bob.tg_id, order.id)
    assert (shown.order.price, shown.missing.units) == (rub(PRICE), 0)
    await bob.pay_from_balance(order.id)
    assert (await alice.refreshed(view)).payment.amount == rub(PRICE)
    alice.send(view)
    await alice.shop.work()
    assert (await alice.order_of(view)).state is (await bob.order(order.id)).state is OrderState.DELIVERED
    assert (await alice.balance(), await bob.balance()) == (0, 20_000 - PRICE)
    if edit.price is not None:
        assert (await alice.choose()).order.price == edit.price
    else:
        with pytest.raises(NoSuchPlan):
            await alice.choose()
    await check_ledger(world)


async def test_a_list_that_was_open_leads_to_a_checkout_with_the_price_of_now(alice: Buyer) -> None:
    """A button has no price: the checkout shows the new one before anything is paid."""
    nonce = await alice.nonce()
    await sell(alice, DEARER)
    assert (await alice.choose(nonce=nonce)).order.price == DEARER
    assert (await alice.shop.list_plans(alice.tg_id)).offers[0].price == DEARER


@pytest.fixture
async def renewing(alice: Buyer) -> Buyer:
    """Alice has bought a month and switched auto-renewal on."""
    await alice.buy()
    await alice.shop.switch_auto_renewal(alice.tg_id, on=True)
    return alice


async def pass_days(buyer: Buyer, world: World, days: float) -> None:
    """Let the time pass, and the background do its work."""
    world.clock.advance(days=days)
    await buyer.shop.work()


async def give(buyer: Buyer, world: World, kopecks: int) -> None:
    """The owner puts money on the balance: no order is paid by that at once."""
    await buyer.shop.adjust_balance(world.ids.uuid(), buyer.tg_id, kopecks, "cli:owner", "a gift")


async def test_a_renewal_takes_no_more_than_the_reminder_named(renewing: Buyer, world: World) -> None:
    """Raised after the reminder: this period at the old price, the next one, whose reminder names it, at the new."""
    await give(renewing, world, 90_000)
    await pass_days(renewing, world, 27.5)
    await sell(renewing, DEARER)
    assert (await renewing.shop.show_auto_renewal(renewing.tg_id)).missing.units == 0
    await pass_days(renewing, world, 1.6)
    assert await renewing.balance() == 90_000 - PRICE
    await pass_days(renewing, world, 28.4)
    await pass_days(renewing, world, 1.6)
    assert await renewing.balance() == 90_000 - PRICE - DEARER.units
    await check_ledger(world)


async def open_orders(buyer: Buyer, world: World) -> tuple[Order, ...]:
    """What the customer could still pay: none after a renewal, or a period would be bought twice."""
    async with world.storage.transaction() as tx:
        return tuple(one for one in await tx.orders.newest(buyer.tg_id, 9) if one.is_open)


@pytest.mark.parametrize("price", [DEARER, CHEAPER])
async def test_a_renewal_that_waits_for_money_stays_one_order(renewing: Buyer, world: World, price: Money) -> None:
    """Its notice has named 129: so much renews it, whatever the plan costs now, and no second order waits beside it."""
    await pass_days(renewing, world, 29)
    (short,) = renewing.notices("not_renewed")
    assert isinstance(short, NotRenewed)
    assert short.order_id is not None
    await sell(renewing, price)
    await renewing.shop.work()
    ends_at = await renewing.ends_at()
    assert ends_at is not None
    view = await renewing.shop.request_payment(renewing.tg_id, OrderId(short.order_id), TON_METHOD)
    assert view.payment.amount == rub(PRICE)
    renewing.send(view, COIN)
    await renewing.shop.work()
    assert (await renewing.order(OrderId(short.order_id))).state is OrderState.DELIVERED
    await give(renewing, world, 50_000)
    await renewing.shop.work()
    assert await renewing.balance() == 50_000
    assert await open_orders(renewing, world) == ()
    await check_ledger(world)


@pytest.mark.parametrize(("price", "taken"), [(DEARER, PRICE), (CHEAPER, CHEAPER.units)])
async def test_a_waiting_renewal_takes_the_lower_price(renewing: Buyer, world: World, price: Money, taken: int) -> None:
    """Money comes to the balance by another way: the old price is taken after a raise, the new one after a cut."""
    await pass_days(renewing, world, 29)
    await sell(renewing, price)
    await give(renewing, world, taken)
    before = await renewing.ends_at()
    await renewing.shop.renew_subscriptions()
    assert await renewing.balance() == 0
    assert await renewing.ends_at() != before
    assert await open_orders(renewing, world) == ()
    await check_ledger(world)


@pytest.mark.parametrize(("price", "taken"), [(DEARER, PRICE), (CHEAPER, CHEAPER.units)])
async def test_a_tap_renews_what_waits(renewing: Buyer, world: World, price: Money, taken: int) -> None:
    """The newest reminder names the price of now: the order that waits is paid, at that or less, and none is left."""
    await pass_days(renewing, world, 29)
    await sell(renewing, price)
    await give(renewing, world, 50_000)
    ends_at = await renewing.ends_at()
    assert ends_at is not None
    nonce = renewal_nonce(renewing.tg_id, REFERENCE_PLAN, ends_at, price)
    await renewing.shop.renew_from_balance(renewing.tg_id, REFERENCE_PLAN, nonce)
    assert (await renewing.balance(), await open_orders(renewing, world)) == (50_000 - taken, ())
    with pytest.raises(RenewalOutdated):
        await renewing.shop.renew_from_balance(renewing.tg_id, REFERENCE_PLAN, nonce)
    await check_ledger(world)


async def test_a_hidden_plan_renews_nothing_by_itself(renewing: Buyer, world: World) -> None:
    """The customer is told once and nothing is taken; the order that waited before can still be paid."""
    await give(renewing, world, 20_000)
    await sell(renewing, active=False)
    await pass_days(renewing, world, 29)
    (told,) = renewing.notices("not_renewed")
    assert isinstance(told, NotRenewed)
    assert (told.order_id, await renewing.balance()) == (None, 20_000)


async def test_a_tap_on_an_old_reminder_costs_what_it_says_or_nothing(alice: Buyer, world: World) -> None:
    """The button names 129: dearer now, it is refused with the new price."""
    await alice.buy()
    await give(alice, world, 50_000)
    await pass_days(alice, world, 27.5)
    (reminder,) = alice.notices("period_ending")
    renewal = getattr(reminder, "renewal", None)
    assert renewal is not None
    await sell(alice, DEARER)
    with pytest.raises(RenewalOutdated) as refused:
        await alice.shop.renew_from_balance(alice.tg_id, REFERENCE_PLAN, renewal.nonce)
    assert (refused.value.price, await alice.balance()) == (DEARER, 50_000)
