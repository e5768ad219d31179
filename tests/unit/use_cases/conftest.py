"""An open shop: seeded, its owner registered, its chain read; and two customers."""

import pytest

from tests.support.buyer import ALICE, BOB, Buyer
from tests.support.shop import Shop
from tests.support.world import World


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
async def shop(world: World) -> Shop:
    shop = Shop(world.ports())
    await shop.open()
    return shop


@pytest.fixture
async def alice(shop: Shop, world: World) -> Buyer:
    alice = Buyer(shop, world, ALICE)
    await alice.start()
    return alice


@pytest.fixture
async def bob(shop: Shop, world: World) -> Buyer:
    bob = Buyer(shop, world, BOB)
    await bob.start("en")
    return bob
