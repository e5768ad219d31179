"""A plan with several keys gives so many, each a working account."""

import pytest

from orbit_domain.ids import PlanCode
from orbit_domain.money import rub
from orbit_domain.order.order import OrderState
from orbit_domain.plan.plan import Plan, PlanTerms
from tests.support.buyer import ALICE, Buyer
from tests.support.world import World


@pytest.fixture(autouse=True)
async def plans(world: World, alice: Buyer) -> None:
    """A plan of three keys is sold too."""
    async with world.storage.transaction() as tx:
        await tx.plans.add_if_absent(Plan(PlanTerms(PlanCode("three"), {"en": "3"}, 30, 0, 3), rub(500_00), 9))


async def keys(alice: Buyer) -> list[tuple[int, str]]:
    """Number and name of each key of the customer."""
    return [(key.number, key.username) for key in (await alice.shop.show_keys(ALICE)).keys]


async def test_a_plan_of_three_keys_gives_three(alice: Buyer, world: World) -> None:
    """Three keys with secrets of their own, delivered together: the order waits for the last of them."""
    order = await alice.buy("three")
    assert order.state is OrderState.DELIVERED
    assert await keys(alice) == [(1, "orbit_42"), (2, "orbit_42_2"), (3, "orbit_42_3")]
    made = (await alice.shop.show_keys(ALICE)).keys
    assert len({key.credential for key in made}) == len({key.subscription_url for key in made} - {None}) == 3
    assert len({key.name for key in made}) == 3
    assert set(world.panel.accounts) == {key.username for key in made}


async def test_the_first_key_is_kept_and_further_ones_are_added(alice: Buyer, world: World) -> None:
    """The link in the customer's app goes on working when a larger plan is bought, and a renewal adds no fourth key."""
    await alice.buy()
    link = (await alice.key()).subscription_url
    await alice.buy("three")
    await alice.buy("three")
    view = await alice.shop.show_keys(ALICE)
    assert view.keys[0].subscription_url == link
    assert len(view.keys) == len(world.panel.accounts) == 3
    assert len({key.expires_at for key in view.keys}) == 1


async def test_a_smaller_plan_leaves_every_key_working(alice: Buyer, world: World) -> None:
    """No key is taken away by a purchase: all go on until the new end."""
    await alice.buy("three")
    await alice.buy()
    view = await alice.shop.show_keys(ALICE)
    assert len(view.keys) == 3
    wanted = [account.wanted for account in world.panel.accounts.values()]
    assert {key.expires_at for key in view.keys} == {account.expires_at for account in wanted if account}


async def test_a_number_that_is_taken_is_left_out(alice: Buyer, world: World) -> None:
    """A renamed key keeps its number, and further ones get numbers above it: below is a foreign account."""
    await alice.buy()
    first = await alice.key()
    async with world.storage.transaction() as tx:
        await tx.keys.save(first.rename(2, world.clock.now()))
    await alice.buy("three")
    assert await keys(alice) == [(2, "orbit_42_2"), (3, "orbit_42_3"), (4, "orbit_42_4")]
