"""What customers do with their keys: taps, and what they see of it."""

from orbit_domain.access.key import Key
from orbit_domain.ids import PlanCode
from orbit_domain.money import rub
from orbit_domain.plan.plan import Plan, PlanTerms
from tests.support.buyer import ALICE, Buyer
from tests.support.world import World

GIB = 1024**3
THREE = Plan(PlanTerms(PlanCode("three"), {"en": "3"}, 30, 0, 3), rub(500_00), 9)
LIMITED = Plan(PlanTerms(PlanCode("limited"), {"en": "l"}, 30, 10 * GIB, 2), rub(500_00), 10)


async def sell(world: World) -> None:
    """A plan of three keys is sold too, and one of two whose traffic is limited."""
    async with world.storage.transaction() as tx:
        for plan in (THREE, LIMITED):
            await tx.plans.add_if_absent(plan)


async def keys(alice: Buyer) -> tuple[Key, ...]:
    """The customer's keys, as they are listed."""
    return (await alice.shop.list_keys(ALICE)).view.keys


async def add(alice: Buyer, times: int = 1) -> None:
    """Open the list and tap "add" so often; each key is brought to its panel."""
    for _ in range(times):
        await alice.shop.add_key(ALICE, (await alice.shop.list_keys(ALICE)).nonce)
        await alice.shop.work()


async def delete(alice: Buyer, key: Key) -> None:
    """Delete the key, and let the panel follow."""
    await alice.shop.delete_key(ALICE, key.id)
    await alice.shop.work()


def working(world: World) -> set[str]:
    """The accounts of the panel that work."""
    wanted = (stored.wanted for stored in world.panel.accounts.values())
    return {account.username for account in wanted if account and account.enabled}
