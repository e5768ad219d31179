"""The process crashes at every call while one key is added and another deleted: one is left, with one account."""

from collections.abc import Collection
from dataclasses import replace

from orbit_domain.access.placement import PlacementState
from orbit_domain.ids import Nonce
from orbit_domain.money import rub
from tests.support.buyer import ALICE, Buyer
from tests.support.crash_injection import LEASES_OVER_MIN, CrashBudget, CrashHook
from tests.support.invariants import check_panels
from tests.support.port_hooks import with_hook
from tests.support.shop import Shop
from tests.support.world import World
from tests.unit.use_cases.key_taps import THREE


async def live(fatal: Collection[int]) -> int:
    """Add and delete in processes that crash at the *fatal* calls, counted over all; then look. How many calls."""
    world, passed = World(), 0
    shop = Shop(world.ports())
    await shop.seed_shop()
    async with world.storage.transaction() as tx:
        await tx.plans.add_if_absent(replace(THREE, price=rub(0)))
    buyer = Buyer(shop, world)
    await buyer.start()
    await buyer.pay_from_balance((await buyer.choose("three")).order.id)
    await shop.provision_keys()
    first = await buyer.key()

    async def tap() -> None:
        """What the customer does, and does again when nothing has answered."""
        living = Shop(with_hook(world.ports(), CrashHook()))
        await living.add_key(ALICE, Nonce("2"))
        await living.delete_key(ALICE, first.id)
        while await living.provision_keys():
            pass

    crashed = True
    while crashed:
        ahead = [call for call in fatal if call > passed]
        process = CrashBudget(min(ahead) - passed if ahead else 0)
        crashed = await process.live(tap)
        passed += process.passed
        world.clock.advance(minutes=LEASES_OVER_MIN)
    while await shop.deliver_notices():
        pass
    left = await buyer.key()
    async with world.storage.transaction() as tx:
        _, *others = ever = await tx.keys.all_of_user(ALICE)
    assert (others, left.is_confirmed, set(world.panel.accounts)) == ([left], True, {"orbit_42_2"})
    assert {one.state for one in ever[0].placements} == {PlacementState.GONE}
    assert len(buyer.notices("key_ready")) == 2
    await check_panels(world)
    return passed


async def test_adding_and_deleting_may_crash_anywhere() -> None:
    """Whatever was called last: one key was made and one is gone, at the panel too, and each key was told of once."""
    calls = await live(())
    for call in range(1, calls + 1):
        await live({call, call + 5 * (call % 2)})
    assert calls > 30
