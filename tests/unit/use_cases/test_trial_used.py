"""The user's own record says that the trial was used, whatever became of its order and its time."""

import pytest

from orbit_domain.order.order import TrialUsed
from orbit_domain.subscription.subscription import SubscriptionState
from tests.support.buyer import ALICE, Buyer
from tests.support.clock import NOON
from tests.support.world import World


async def test_a_trial_is_recorded_with_its_user(alice: Buyer, world: World) -> None:
    """The moment of the trial stands in the user's record; a purchase leaves none."""
    await alice.buy()
    assert (await alice.shop.show_home(ALICE)).user.trial_used_at is None
    bob = Buyer(alice.shop, world, type(ALICE)(77))
    await bob.start()
    world.clock.advance(hours=1)
    await bob.shop.start_trial(bob.tg_id)
    assert (await bob.shop.show_home(bob.tg_id)).user.trial_used_at == world.clock.now()


async def test_who_used_the_trial_elsewhere_gets_no_second_one(alice: Buyer, world: World) -> None:
    """A user without any time or order, imported for example, whose record says so: no button, and a refusal."""
    async with world.storage.transaction() as tx:
        await tx.users.set_trial_used(ALICE, NOON)
    world.clock.advance(days=90)
    home = await alice.shop.show_home(ALICE)
    assert (home.state, home.trial_available) == (SubscriptionState.NONE, False)
    with pytest.raises(TrialUsed) as refused:
        await alice.shop.start_trial(ALICE)
    assert refused.value.at == NOON
    async with world.storage.transaction() as tx:
        assert (await tx.orders.newest(ALICE, 5), await tx.grants.of_user(ALICE)) == ((), ())
