"""Another plan while time is left: what is left is converted by value; the same service is extended."""

from datetime import timedelta

import pytest

from orbit_domain.ids import Nonce, OrderId, PlanCode
from orbit_domain.money import rub
from orbit_domain.order.order import Order, OrderState
from orbit_domain.plan.plan import Plan, PlanTerms
from orbit_domain.subscription.subscription import fold
from tests.support.buyer import ALICE, Buyer
from tests.support.invariants import check_ledger
from tests.support.world import World

GIB = 1024**3
DAY = timedelta(days=1)
SECOND = timedelta(seconds=1)


def plan(code: str, kopecks: int, days: int = 30, traffic_bytes: int = 0, keys: int = 1) -> Plan:
    """An offer behind the seeded ones."""
    terms = PlanTerms(PlanCode(code), {"ru": code, "en": code}, days, traffic_bytes, keys)
    return Plan(terms, rub(kopecks), 9)


LITE = plan("lite", 50_00, traffic_bytes=10 * GIB)
MAX = plan("max", 500_00, keys=3)


@pytest.fixture(autouse=True)
async def plans(world: World, alice: Buyer) -> None:
    """A cheap limited plan and a dear one with three keys are sold too."""
    async with world.storage.transaction() as tx:
        for one in (LITE, MAX, plan("gift", 0, keys=2), plan("flash", 9_000_00, days=1, keys=9)):
            await tx.plans.add_if_absent(one)


async def pay_for(alice: Buyer, world: World, code: str, times: int = 1) -> None:
    """Buy the plan from the balance so often."""
    await alice.shop.scan_and_settle()
    for _ in range(times):
        checkout = await alice.choose(code)
        if not checkout.missing.is_zero:
            await alice.add_balance(max(checkout.missing.units, 20_000))
        await alice.pay_from_balance(checkout.order.id)


async def days_left(alice: Buyer, world: World) -> timedelta:
    """How much time the customer has."""
    ends_at = await alice.ends_at()
    assert ends_at is not None
    return ends_at - world.clock.now()


async def end_of_grants(world: World) -> object:
    """The end that the recorded grants add up to."""
    async with world.storage.transaction() as tx:
        return fold(ALICE, await tx.grants.of_user(ALICE))


async def test_cheap_time_does_not_become_dear_time(alice: Buyer, world: World) -> None:
    """Twenty-four months of 50 roubles are worth seventy-two days of the plan of 500."""
    await pay_for(alice, world, "lite", 24)
    await pay_for(alice, world, "max")
    assert await days_left(alice, world) == 72 * DAY + 30 * DAY
    assert await end_of_grants(world) == await alice.ends_at()
    await check_ledger(world)


async def test_dear_time_does_not_become_cheap_time(alice: Buyer, world: World) -> None:
    """Twelve months of 500 roubles are a hundred and twenty of the plan of 50: nothing paid is lost."""
    await pay_for(alice, world, "max", 12)
    await pay_for(alice, world, "lite")
    assert await days_left(alice, world) == 3_600 * DAY + 30 * DAY
    await check_ledger(world)


async def test_there_and_back_is_where_it_began(alice: Buyer, world: World) -> None:
    """A plan chosen by mistake is left again for the value of all that was paid."""
    await pay_for(alice, world, "max", 2)
    await pay_for(alice, world, "lite")
    await pay_for(alice, world, "max")
    assert await days_left(alice, world) == 93 * DAY


async def test_only_what_is_left_is_converted(alice: Buyer, world: World) -> None:
    """Used time is gone: ten days of thirty leave two thirds of the price."""
    await pay_for(alice, world, "lite")
    world.clock.advance(days=10)
    await pay_for(alice, world, "max")
    assert await days_left(alice, world) == 2 * DAY + 30 * DAY


async def test_time_that_is_over_is_not_converted(alice: Buyer, world: World) -> None:
    """After the end a new plan begins now, as a first one does."""
    await pay_for(alice, world, "max")
    world.clock.advance(days=30)
    await pay_for(alice, world, "lite")
    assert await days_left(alice, world) == 30 * DAY


async def test_the_same_plan_at_a_new_price_is_a_plain_extension(alice: Buyer, world: World) -> None:
    """Neither a dearer nor a cheaper month of the same service touches the days that were bought before."""
    await pay_for(alice, world, "sub_12m")
    await pay_for(alice, world, "sub_1m")
    await pay_for(alice, world, "sub_3m")
    assert await days_left(alice, world) == (365 + 30 + 90) * DAY


async def test_each_day_is_worth_what_was_paid_for_it(alice: Buyer, world: World) -> None:
    """A year at 929 and a month at 129 are 1058 roubles of the new plan, whichever was bought last."""
    await pay_for(alice, world, "sub_12m")
    await pay_for(alice, world, "sub_1m")
    await pay_for(alice, world, "max")
    exact = timedelta(days=30) * (92_900 + 12_900) / 50_000
    assert timedelta(0) <= exact + 30 * DAY - await days_left(alice, world) < SECOND


async def test_a_trial_keeps_its_days_and_buys_none(alice: Buyer, world: World) -> None:
    """Free time costs nothing and is worth nothing: its days stay days under every plan."""
    await alice.shop.start_trial(ALICE)
    await pay_for(alice, world, "lite")
    await pay_for(alice, world, "max")
    assert await days_left(alice, world) == 3 * DAY + 3 * DAY + 30 * DAY
    await check_ledger(world)


async def test_the_checkout_shows_the_end_that_follows(alice: Buyer, world: World) -> None:
    """What the customer reads before paying is what he has after it, also when the end comes nearer."""
    await pay_for(alice, world, "lite", 24)
    checkout = await alice.choose("max")
    await alice.add_balance(checkout.missing.units)
    await alice.pay_from_balance(checkout.order.id)
    assert await alice.ends_at() == checkout.new_end
    again = await alice.shop.show_checkout(ALICE, checkout.order.id)
    assert again.new_end == checkout.new_end


async def test_two_taps_convert_once(alice: Buyer, world: World) -> None:
    """Paying the same order again changes neither the end nor the grants."""
    await pay_for(alice, world, "lite", 2)
    checkout = await alice.choose("max")
    await alice.add_balance(checkout.missing.units)
    await alice.pay_from_balance(checkout.order.id)
    ends_at = await alice.ends_at()
    await alice.pay_from_balance(checkout.order.id)
    assert await alice.ends_at() == ends_at == await end_of_grants(world)


async def test_what_buys_no_second_goes_to_the_balance(alice: Buyer, world: World) -> None:
    """A plan of ten kopecks a second: the kopecks below one second are the customer's still."""
    await pay_for(alice, world, "lite")
    world.clock.advance(days=29, hours=23, minutes=30)
    await alice.shop.scan_and_settle()
    before = await alice.balance()
    checkout = await alice.choose("flash")
    await alice.add_balance(checkout.missing.units)
    paid = await alice.pay_from_balance(checkout.order.id)
    assert paid.state is OrderState.PAID
    # Half an hour of the cheap plan is 3.47 kopecks; a second of the dear one is 10.4.
    assert await days_left(alice, world) == 1 * DAY
    assert await alice.balance() == before + checkout.missing.units - 9_000_00 + 3
    await check_ledger(world)


async def test_a_free_plan_pays_out_what_was_left(alice: Buyer, world: World) -> None:
    """No number of free seconds is worth the paid ones, so their value goes to the balance."""
    await pay_for(alice, world, "max")
    before = await alice.balance()
    world.clock.advance(days=15)
    async with world.storage.transaction() as tx:
        gift = await tx.plans.get(PlanCode("gift"))
        assert gift is not None
        wish = Order(
            OrderId(world.ids.uuid()), ALICE, Nonce("g"), gift.terms, gift.price, OrderState.OPEN, world.clock.now()
        )
        await tx.orders.add_if_absent(wish)
    await alice.pay_from_balance(wish.id)
    assert await days_left(alice, world) == 30 * DAY
    assert await alice.balance() == before + 250_00
    await check_ledger(world)
