"""A subscription renews from the balance, when its customer wants that."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from orbit_domain.ids import OrderId
from orbit_domain.money import rub
from orbit_domain.notice.notice import PeriodEnding
from orbit_domain.notice.renewal_notices import NotRenewed
from orbit_domain.payment.payment import TON_METHOD, CardUse
from orbit_domain.use_cases.switch_auto_renewal import NothingToRenew
from orbit_testing import samples
from tests.support.buyer import Buyer
from tests.support.invariants import check_ledger
from tests.support.world import PRICE, World

MONTH = timedelta(days=30)


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


async def test_the_plan_is_bought_again_once_a_period(renewing: Buyer, world: World) -> None:
    """Three months go by: each is paid once from the balance, a day before the end, with a receipt and no reminder."""
    await renewing.add_balance(3 * PRICE)
    ends_at = await renewing.ends_at()
    assert ends_at is not None
    for period in (1, 2, 3):
        await pass_days(renewing, world, 29)
        await pass_days(renewing, world, 0.5)
        assert (await renewing.balance(), await renewing.ends_at()) == ((3 - period) * PRICE, ends_at + period * MONTH)
        world.clock.advance(days=0.5)
    assert len(renewing.notices("order_paid")) == 4
    assert renewing.notices("not_renewed") == renewing.notices("period_ending") == []
    await check_ledger(world)


async def test_a_short_balance_is_told_once_and_renews_when_money_comes(renewing: Buyer, world: World) -> None:
    """One notice says what is missing, and there is no reminder of the last day beside it; money then renews."""
    await renewing.add_balance(20_000)
    await renewing.pay_from_balance((await renewing.choose()).order.id)
    await pass_days(renewing, world, 59)
    await pass_days(renewing, world, 0.2)
    (short,) = renewing.notices("not_renewed")
    assert isinstance(short, NotRenewed)
    assert (short.price_kopecks, short.missing_kopecks) == (PRICE, PRICE - 7_100)
    assert renewing.notices("period_ending") == []
    balance, ends_at = await renewing.balance(), await renewing.ends_at()
    assert ends_at is not None
    await renewing.add_balance(20_000)
    await renewing.shop.work()
    assert (await renewing.balance(), await renewing.ends_at()) == (balance + 20_000 - PRICE, ends_at + MONTH)
    assert len(renewing.notices("not_renewed")) == 1
    await check_ledger(world)


async def test_the_order_of_the_notice_is_paid_by_what_is_missing(renewing: Buyer, world: World) -> None:
    """The button of the notice leads to the order that waits; paying it by any method renews once."""
    await pass_days(renewing, world, 29.1)
    (short,) = renewing.notices("not_renewed")
    assert isinstance(short, NotRenewed)
    assert short.order_id is not None
    ends_at = await renewing.ends_at()
    assert ends_at is not None
    view = await renewing.shop.request_payment(renewing.tg_id, OrderId(short.order_id), TON_METHOD)
    renewing.send(view, view.payment.quote.due.units)
    await renewing.shop.work()
    assert await renewing.ends_at() == ends_at + MONTH
    assert await renewing.balance() == 0


async def test_nothing_renews_while_the_switch_is_off(alice: Buyer, world: World) -> None:
    """Off is how it begins; on and off again is off."""
    await alice.buy()
    await alice.add_balance(45_000)
    for on in (True, False, False):
        assert (await alice.shop.switch_auto_renewal(alice.tg_id, on=on)).subscription.auto_renew is on
    balance, ends_at = await alice.balance(), await alice.ends_at()
    await pass_days(alice, world, 29.5)
    assert (await alice.balance(), await alice.ends_at()) == (balance, ends_at)


async def test_a_kept_card_renews_in_its_own_way(renewing: Buyer, world: World) -> None:
    """The card's own job takes what is missing: nobody is told that the balance is short."""
    async with world.storage.transaction() as tx:
        (paid,) = await tx.payments.of_user(renewing.tg_id, 10)
        await tx.kept_cards.mark(paid.id, CardUse.KEPT, "*4444")
    await renewing.shop.renew_subscriptions()
    await pass_days(renewing, world, 29.1)
    assert renewing.notices("not_renewed") == []


async def test_many_workers_renew_once(renewing: Buyer, world: World) -> None:
    """Eight runs at once make one order and one debit, also beside a tap on the reminder's button."""
    await renewing.add_balance(10 * PRICE)
    balance, ends_at = await renewing.balance(), await renewing.ends_at()
    assert ends_at is not None
    world.clock.advance(days=29.1)
    renewed = await asyncio.gather(*(renewing.shop.renew_subscriptions() for _ in range(8)))
    assert sum(renewed) == 1
    assert (await renewing.balance(), await renewing.ends_at()) == (balance - PRICE, ends_at + MONTH)


async def test_a_code_that_has_ended_stops_nobody_s_renewal(renewing: Buyer, bob: Buyer, world: World) -> None:
    """An order that was shown with it is renewed at its full price, and those behind it in the same run."""
    shop = renewing.shop
    await bob.buy()
    await shop.switch_auto_renewal(bob.tg_id, on=True)
    await pass_days(renewing, world, 29.1)
    (short,) = renewing.notices("not_renewed")
    assert isinstance(short, NotRenewed)
    assert short.order_id is not None
    await shop.add_promo(samples.promo("SPRING", value=50), "cli:owner")
    await shop.apply_promo(renewing.tg_id, "SPRING")
    assert (await shop.show_checkout(renewing.tg_id, OrderId(short.order_id))).order.price == rub(PRICE // 2)
    await shop.stop_promo(samples.promo("SPRING").code, "cli:owner", "leaked")
    for buyer in (renewing, bob):
        await shop.adjust_balance(world.ids.uuid(), buyer.tg_id, 20_000, "cli:owner", "a gift")
    ends = [await buyer.ends_at() for buyer in (renewing, bob)]
    await shop.renew_subscriptions()
    await shop.work()
    assert [await buyer.ends_at() for buyer in (renewing, bob)] == [end + MONTH for end in ends if end]
    assert [await buyer.balance() for buyer in (renewing, bob)] == [20_000 - PRICE] * 2
    await check_ledger(world)


async def test_a_plan_that_is_gone_is_told_once(renewing: Buyer, world: World) -> None:
    """Nothing is taken for another plan: the notice leads to those that are sold."""
    plans = world.storage._tables.plans
    for code, plan in plans.items():
        plans[code] = replace(plan, active=False)
    await renewing.add_balance(45_000)
    balance = await renewing.balance()
    await pass_days(renewing, world, 29.1)
    await pass_days(renewing, world, 0.1)
    (told,) = renewing.notices("not_renewed")
    assert isinstance(told, NotRenewed)
    assert (told.order_id, await renewing.balance()) == (None, balance)


async def test_the_first_reminder_says_that_it_renews_by_itself(renewing: Buyer, world: World) -> None:
    """Three days before the end, with the price of now."""
    plans = world.storage._tables.plans
    plan = plans[next(code for code in plans if code == "sub_1m")]
    await pass_days(renewing, world, 27.5)
    (reminder,) = renewing.notices("period_ending")
    assert isinstance(reminder, PeriodEnding)
    assert (reminder.auto_renews, reminder.reminder) == (True, "three_days")
    assert reminder.renewal is not None
    assert reminder.renewal.price_kopecks == plan.price.units == rub(PRICE).units


async def test_without_a_plan_there_is_nothing_to_switch_on(alice: Buyer, world: World) -> None:
    """Neither without a subscription nor in the trial; off is always possible."""
    for begin in (None, alice.shop.start_trial):
        if begin is not None:
            await begin(alice.tg_id)
        with pytest.raises(NothingToRenew):
            await alice.shop.switch_auto_renewal(alice.tg_id, on=True)
        assert (await alice.shop.switch_auto_renewal(alice.tg_id, on=False)).plan is None
        assert (await alice.shop.show_auto_renewal(alice.tg_id)).subscription.auto_renew is False
