"""A limited plan: each paid period begins with unused traffic, and nothing else gives traffic again."""

import pytest

from orbit_domain.ids import PlanCode
from orbit_domain.money import rub
from orbit_domain.order.order import OrderState
from orbit_domain.plan.plan import Plan, PlanTerms
from tests.support.buyer import ALICE, Buyer
from tests.support.world import World

GIB = 1024**3
NAME = "orbit_42"


@pytest.fixture(autouse=True)
async def limited_plan(world: World, alice: Buyer) -> None:
    """A plan of 100 GiB a month is sold, and the customer has bought it and used 90."""
    terms = PlanTerms(PlanCode("limited"), {"en": "limited"}, 30, 100 * GIB)
    async with world.storage.transaction() as tx:
        await tx.plans.add_if_absent(Plan(terms, rub(150_00), 9))
    await alice.buy("limited")
    world.panel.use(NAME, 90 * GIB)


def used(world: World) -> int:
    """What the panel has counted."""
    return world.panel.accounts[NAME].used_traffic_bytes


async def reapply(world: World) -> None:
    """The wanted state is to be applied once more, as after drift."""
    async with world.storage.transaction() as tx:
        (key,) = await tx.keys.of_user(ALICE)
        await tx.keys.save(key.reapply(0, world.clock.now()))


async def test_a_renewal_gives_its_traffic(alice: Buyer, world: World) -> None:
    """Who renews with 90 of 100 GiB used has 100 GiB, not 10."""
    await alice.buy("limited")
    assert used(world) == 0


async def test_applying_the_same_state_again_gives_none(alice: Buyer, world: World) -> None:
    """Neither the first period nor a renewed one is reset by another call for the same state."""
    await reapply(world)
    await alice.shop.work()
    assert used(world) == 90 * GIB
    await alice.buy("limited")
    world.panel.use(NAME, 7 * GIB)
    await reapply(world)
    await alice.shop.work()
    assert used(world) == 7 * GIB


@pytest.mark.parametrize("fault", ["unavailable_once", "lose_next_answer"])
async def test_a_reset_survives_an_unknown_outcome(alice: Buyer, world: World, fault: str) -> None:
    """The panel failed, or did it and said nothing: the order waits, and is delivered with unused traffic."""
    setattr(world.panel, fault, True)
    order = await alice.buy("limited")
    assert order.state is OrderState.PAID
    world.clock.advance(minutes=1)
    await alice.shop.work()
    assert (await alice.order(order.id)).state is OrderState.DELIVERED
    assert used(world) == 0


async def test_a_renewal_during_a_call_is_reset_by_the_next_one(alice: Buyer, world: World) -> None:
    """A second renewal that is paid while the first one is applied resets what was used between the two."""
    world.panel.unavailable_once = True
    await alice.buy("limited")
    await alice.buy("limited")
    world.clock.advance(minutes=1)
    await alice.shop.work()
    assert used(world) == 0
    world.panel.use(NAME, GIB)
    await alice.shop.work()
    assert used(world) == GIB


async def test_changing_to_a_limited_plan_gives_its_traffic(alice: Buyer, world: World) -> None:
    """What was used under an unlimited plan isn't counted against a limited one."""
    await alice.buy()
    world.panel.use(NAME, 500 * GIB)
    await alice.buy("limited")
    assert used(world) == 0
