"""The free trial: once, for three days, and never at the cost of what was paid for."""

from contextlib import suppress
from datetime import timedelta

from orbit_domain.errors import Refusal
from orbit_domain.order.order import OrderState
from orbit_domain.subscription.subscription import SubscriptionState
from tests.support.buyer import ALICE, Buyer
from tests.support.clock import NOON
from tests.support.invariants import check_ledger
from tests.support.world import World


async def test_a_newcomer_is_offered_the_trial_until_it_is_used(alice: Buyer) -> None:
    """The button is there before the trial and gone after it."""
    assert (await alice.shop.show_home(ALICE)).trial_available
    await alice.shop.start_trial(ALICE)
    home = await alice.shop.show_home(ALICE)
    assert (home.trial_available, home.state) == (False, SubscriptionState.TRIAL)


async def test_a_trial_gives_three_days_and_a_key(alice: Buyer, world: World) -> None:
    """It costs nothing and is delivered like everything else."""
    order = await alice.shop.start_trial(ALICE)
    await alice.shop.work()
    assert (await alice.order(order.id)).state is OrderState.DELIVERED
    assert (await alice.ends_at(), await alice.balance()) == (NOON + timedelta(days=3), 0)
    assert (await alice.key()).subscription_url
    await check_ledger(world)


async def test_a_trial_isn_t_given_again_when_it_is_over(alice: Buyer, world: World) -> None:
    """An old button that is tapped a month later adds no time."""
    await alice.shop.start_trial(ALICE)
    await alice.shop.work()
    world.clock.advance(days=30)
    with suppress(Refusal):
        await alice.shop.start_trial(ALICE)
    assert await alice.ends_at() == NOON + timedelta(days=3)
    assert (await alice.shop.show_home(ALICE)).state is SubscriptionState.EXPIRED


async def test_buying_during_the_trial_adds_to_it(alice: Buyer, world: World) -> None:
    """The paid month begins where the trial ends, and the customer is a paying one at once."""
    await alice.shop.start_trial(ALICE)
    await alice.buy()
    assert await alice.ends_at() == NOON + timedelta(days=33)
    assert (await alice.shop.show_home(ALICE)).state is SubscriptionState.ACTIVE
    await check_ledger(world)


async def test_an_old_trial_button_doesn_t_turn_a_paid_plan_into_a_trial(alice: Buyer, world: World) -> None:
    """Who has bought already and taps the button of an old message stays a paying customer of that plan."""
    await alice.buy()
    with suppress(Refusal):
        await alice.shop.start_trial(ALICE)
    home = await alice.shop.show_home(ALICE)
    assert (home.state, home.subscription.plan_code) == (SubscriptionState.ACTIVE, "sub_1m")
    await check_ledger(world)
