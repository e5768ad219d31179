"""Reminders know the balance, and one tap renews from it."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from orbit_domain.ids import Nonce, PlanCode
from orbit_domain.money import rub
from orbit_domain.notice.notice import PeriodEnding, Renewal
from orbit_domain.notice.ports import RetryLater
from orbit_domain.order.order import Order, OrderState
from orbit_domain.plan.plan import NoSuchPlan
from orbit_domain.use_cases.renew_from_balance import RenewalOutdated
from tests.support.buyer import ALICE, BOB, Buyer
from tests.support.invariants import check_ledger
from tests.support.world import PRICE, World

MONTH = timedelta(days=30)


async def remind(buyer: Buyer, world: World, days: float = 29.1) -> PeriodEnding:
    """Let a month pass until the last day; the reminder that the customer was sent."""
    world.clock.advance(days=days)
    await buyer.shop.work()
    notice = buyer.notices("period_ending")[-1]
    assert isinstance(notice, PeriodEnding)
    return notice


def renewal_of(notice: PeriodEnding) -> Renewal:
    """What the button of the reminder offers."""
    assert notice.renewal is not None
    return notice.renewal


async def tap(buyer: Buyer, offer: Renewal) -> Order:
    """Tap "renew from the balance"."""
    return await buyer.shop.renew_from_balance(buyer.tg_id, PlanCode(offer.plan_code), Nonce(offer.nonce))


async def test_a_reminder_says_what_is_on_the_balance_and_what_renewing_costs(alice: Buyer, world: World) -> None:
    """With 450 ₽ and a plan for 129 ₽ the reminder names both and carries the button's nonce."""
    await alice.buy()
    await alice.add_balance(45_000)
    notice = await remind(alice, world)
    assert notice.balance_kopecks == await alice.balance()
    offer = renewal_of(notice)
    assert (offer.plan_code, offer.price_kopecks) == ("sub_1m", PRICE)


async def test_one_tap_renews_and_a_second_changes_nothing(alice: Buyer, world: World) -> None:
    """The price leaves the balance once, the period grows by a month, and both taps show the same paid order."""
    await alice.buy()
    await alice.add_balance(45_000)
    offer = renewal_of(await remind(alice, world))
    balance, ends_at = await alice.balance(), await alice.ends_at()
    assert ends_at is not None
    first = await tap(alice, offer)
    await alice.shop.work()
    second = await tap(alice, offer)
    assert (first.state, second.state, second.id) == (OrderState.PAID, OrderState.DELIVERED, first.id)
    assert (await alice.balance(), await alice.ends_at()) == (balance - PRICE, ends_at + MONTH)
    assert len(alice.notices("order_paid")) == 2
    await check_ledger(world)


async def test_taps_at_once_renew_once(alice: Buyer, world: World) -> None:
    """Eight taps at once are one order and one debit."""
    await alice.buy()
    await alice.add_balance(45_000)
    offer, balance = renewal_of(await remind(alice, world)), await alice.balance()
    orders = await asyncio.gather(*(tap(alice, offer) for _ in range(8)))
    assert len({order.id for order in orders}) == 1
    assert await alice.balance() == balance - PRICE


async def test_all_reminders_of_a_period_carry_one_offer(alice: Buyer, world: World) -> None:
    """A tap on the reminder of three days and one on that of the last day are the same purchase."""
    await alice.buy()
    await alice.add_balance(45_000)
    early, late = await remind(alice, world, days=27.5), await remind(alice, world, days=2)
    assert (early.reminder, late.reminder) == ("three_days", "one_day")
    assert renewal_of(early) == renewal_of(late)
    assert (await tap(alice, renewal_of(early))).id == (await tap(alice, renewal_of(late))).id


async def test_a_balance_that_is_too_small_renews_nothing(alice: Buyer, world: World) -> None:
    """The order stays open and waits for its money, and the same button works after a top-up."""
    await alice.buy()
    notice = await remind(alice, world)
    assert notice.balance_kopecks == 0
    waiting = await tap(alice, renewal_of(notice))
    assert (waiting.is_open, (await alice.shop.show_checkout(ALICE, waiting.id)).missing) == (True, rub(12_900))
    await alice.add_balance(45_000)
    paid = await tap(alice, renewal_of(notice))
    assert (paid.id, paid.state) == (waiting.id, OrderState.PAID)


async def test_a_period_that_was_renewed_otherwise_isn_t_renewed_again(alice: Buyer, world: World) -> None:
    """The button of an old reminder buys nothing after the customer has renewed in another way."""
    await alice.buy()
    await alice.add_balance(45_000)
    offer = renewal_of(await remind(alice, world))
    await alice.pay_from_balance((await alice.choose()).order.id)
    balance, ends_at = await alice.balance(), await alice.ends_at()
    with pytest.raises(RenewalOutdated):
        await tap(alice, offer)
    assert (await alice.balance(), await alice.ends_at()) == (balance, ends_at)


async def test_another_price_than_the_shown_one_is_never_taken(alice: Buyer, world: World) -> None:
    """After a change of the price the old button is refused with the new price, and nothing is taken."""
    await alice.buy()
    await alice.add_balance(45_000)
    offer, balance = renewal_of(await remind(alice, world)), await alice.balance()
    plans = world.storage._tables.plans
    plans[PlanCode("sub_1m")] = replace(plans[PlanCode("sub_1m")], price=rub(14_900))
    with pytest.raises(RenewalOutdated) as refused:
        await tap(alice, offer)
    assert refused.value.price == rub(14_900)
    assert await alice.balance() == balance


async def test_a_checkout_of_the_same_offer_takes_no_other_price_either(alice: Buyer, world: World) -> None:
    """A reminder led to the checkout after the price had changed; the button of another one, still at the old price,
    takes nothing. Nor does it once the period was renewed in another way."""
    await alice.buy()
    await alice.add_balance(45_000)
    offer = renewal_of(await remind(alice, world))
    plans = world.storage._tables.plans
    before = plans[PlanCode("sub_1m")]
    plans[PlanCode("sub_1m")] = replace(before, price=rub(14_900))
    order = (await alice.shop.open_checkout(ALICE, PlanCode(offer.plan_code), Nonce(offer.nonce))).order
    assert order.price == rub(14_900)
    balance = await alice.balance()
    with pytest.raises(RenewalOutdated):
        await tap(alice, offer)
    plans[PlanCode("sub_1m")] = before
    await alice.pay_from_balance((await alice.choose()).order.id)
    with pytest.raises(RenewalOutdated):
        await tap(alice, offer)
    assert await alice.balance() == balance - PRICE


async def test_a_plan_that_is_sold_no_more_has_no_renewal(alice: Buyer, world: World) -> None:
    """Such a reminder offers no button, and an older button is refused."""
    await alice.buy()
    await alice.add_balance(45_000)
    offer = renewal_of(await remind(alice, world, days=27.5))
    plans = world.storage._tables.plans
    plans[PlanCode("sub_1m")] = replace(plans[PlanCode("sub_1m")], active=False)
    assert (await remind(alice, world, days=2)).renewal is None
    with pytest.raises(NoSuchPlan):
        await tap(alice, offer)


async def test_a_trial_has_no_renewal(alice: Buyer, world: World) -> None:
    """The trial is given once, so its reminder names the balance and offers the plans."""
    await alice.shop.start_trial(ALICE)
    await alice.add_balance(45_000)
    notice = await remind(alice, world, days=2.5)
    assert (notice.balance_kopecks, notice.renewal) == (45_000, None)


async def test_the_balance_is_that_of_the_moment_of_sending(alice: Buyer, world: World) -> None:
    """A reminder that waited for Telegram names what has come to the balance meanwhile."""
    await alice.buy()
    world.notifier.fail_with(RetryLater(timedelta(minutes=5), "slow down"))
    world.clock.advance(days=29.1)
    await alice.shop.work()
    await alice.add_balance(45_000)
    world.notifier.recover()
    assert (await remind(alice, world, days=0.01)).balance_kopecks == await alice.balance() == 45_000


async def test_another_customer_s_button_buys_nothing(alice: Buyer, bob: Buyer, world: World) -> None:
    """A nonce counts for the customer it was made for."""
    await alice.buy()
    await bob.buy()
    await bob.add_balance(45_000)
    offer = renewal_of(await remind(alice, world))
    with pytest.raises(RenewalOutdated):
        await alice.shop.renew_from_balance(BOB, PlanCode(offer.plan_code), Nonce(offer.nonce))
    assert await bob.balance() == 45_000
